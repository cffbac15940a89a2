/** A process of its own that is nothing but lanes and sends without pause, to be stopped in mid-commit: `node … <url> <author> <room>…`. */
import { randomUUIDv7 } from 'node:crypto'
import { systemClock } from '../../server/kit/clock.ts'
import { openLog } from '../../server/kit/log.ts'
import { openMetrics } from '../../server/kit/metrics.ts'
import { openAnnounce } from '../../server/rooms/announce.ts'
import { openLanes } from '../../server/rooms/lanes.ts'
import { openStore } from './open-store.ts'

const [url = '', authorId = '', ...roomIds] = process.argv.slice(2)
const { log } = openStore(url, 4)
const metrics = openMetrics({ node: 'restless', version: 'test' })
const common = {
  log,
  clock: systemClock,
  metrics,
  logger: openLog({ node: 'restless', level: 'silent', pretty: false }),
}
const announce = openAnnounce({ ...common, fanout: { toRoom() {} }, boundMs: 250 })
const options = { paceMs: 0, patienceMs: 0, maxBatch: 500, maxWaiting: 10_000, maxApart: 2, roomBytes: 200_000 }
const lanes = openLanes({ ...common, announce, options })

async function sendForEver(roomId: string): Promise<never> {
  for (;;) {
    await lanes.write({ kind: 'send', roomId, authorId, id: randomUUIDv7(), body: 'and another' }).catch(() => {})
    process.stdout.write('.')
  }
}

await Promise.all(roomIds.map(sendForEver))
