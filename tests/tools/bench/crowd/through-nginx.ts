/** nginx as it stands in front of the nodes everywhere but in a benchmark. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startNginx } from '../../../../infra/local/nginx.ts'
import { freePort } from '../../../../infra/local/ports.ts'
import type { Stage } from '../instrument/stage.ts'
import type { Standing } from '../rivals/candidates.ts'

/** The client is of no account here: nginx only wants to find one. */
export function throughNginx({ home }: Pick<Stage, 'home'>) {
  return async ({ ports }: Standing) => {
    const client = await home.folderFor('page')
    await writeFile(join(client, 'index.html'), '<!doctype html>')
    const nginx = await startNginx({ home, host: '127.0.0.1', port: await freePort(), client, nodes: ports })
    return { ports: [nginx.port], close: nginx.close }
  }
}
