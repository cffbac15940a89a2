/** Docker Compose as an operator uses it, on a project of its own: an own name, own volumes, an own port. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

export type Compose = ReturnType<typeof openCompose>

type Needs = {
  root: string
  project: string
  address: string
  port: number
  env: Record<string, string>
  say: (line: string) => void
}

export function openCompose({ root, project, address, port, env, say }: Needs) {
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    ...env,
    PUBLISH: `${address}:${port}`,
    COMPOSE_PROJECT_NAME: project,
  }

  async function command(program: string, args: readonly string[]): Promise<string> {
    const { stdout } = await run(program, args, { cwd: root, env: environment, maxBuffer: 64 << 20 })
    return stdout
  }
  const docker = (...args: string[]) => command('docker', args)

  async function tell(...words: string[]): Promise<void> {
    const [program = '', ...args] = words
    const beganAt = performance.now()
    say(`  $ ${words.join(' ')}`)
    await command(program, args)
    say(`    ${((performance.now() - beganAt) / 1_000).toFixed(1)} s`)
  }

  return {
    url: `http://${address}:${port}`,
    docker,

    /** Any command, told before it is run. */
    tell,
    compose: (...args: string[]) => tell('docker', 'compose', ...args),

    /** For the commands to come. */
    set(name: string, value: string): void {
      environment[name] = value
    },

    /** Ids of the containers of a service that are healthy. */
    async containers(service: string): Promise<string[]> {
      const labels = { project, service }
      const filters = Object.entries(labels).flatMap(([key, value]) => [
        '-f',
        `label=com.docker.compose.${key}=${value}`,
      ])
      const ids = await docker('ps', '--quiet', '--filter', 'health=healthy', ...filters)
      return ids.split('\n').filter((id) => id !== '')
    },

    /** What a program in a service's container prints. */
    inside: (service: string, ...args: string[]) => docker('compose', 'exec', '--no-TTY', service, ...args),

    /** Ends it with its volumes. */
    close: async () => void (await docker('compose', 'down', '--volumes', '--timeout', '5')),
  }
}
