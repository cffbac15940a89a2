/** Takes answers that came from the cache and looks whether Postgres says the same; off unless somebody wants proof. */
import { type Clock, pause } from '../kit/clock.ts'
import type { Log } from '../kit/log.ts'
import type { Metrics } from '../kit/metrics.ts'
import type { LeaseCache } from './lease-cache.ts'

type Needs = {
  leases: Pick<LeaseCache, 'look'>
  clock: Clock
  metrics: Pick<Metrics, 'audits' | 'staleReads'>
  log: Log
  /** What of a text has to be equal: two answers of different revs may say the same. */
  contentOf: (text: string) => string
  /** Audits under way at once; answers that come meanwhile are let pass. */
  atOnce?: number
}

/** `read` reads from the source what the cache should hold under `key`. Takes no time of the caller's. */
export type Audit = (key: string, text: string, read: () => Promise<string>) => void

const graceMs = 1_000
/** Whoever died between a commit and what it owes the cache leaves that to repair, which has a period of its own. [A1] */
const repairMs = 2_500

export function openAuditor({ leases, clock, metrics, log, contentOf, atOnce = 4 }: Needs): Audit {
  let underWay = 0

  /**
   * A difference alone proves nothing: the write may just be on its way. After a second it is out of the cache, unless the
   * same bytes are still there and nothing was written since; then only its writer's death can excuse it, and not for long.
   */
  async function judge(key: string, text: string, read: () => Promise<string>): Promise<string> {
    const truth = contentOf(await read())
    if (truth === contentOf(text)) return 'same'
    const isGone = async (afterMs: number) => {
      await pause(clock, afterMs)
      const [again] = await leases.look([key])
      return again !== text
    }
    if (await isGone(graceMs)) return 'corrected'
    if (contentOf(await read()) !== truth) return 'moving'
    if (await isGone(repairMs)) return 'repaired'
    if (contentOf(await read()) !== truth) return 'moving'
    metrics.staleReads.inc()
    log.error({ event: 'stale-read', key })
    return 'stale'
  }

  return (key, text, read) => {
    if (underWay >= atOnce) return
    underWay += 1
    void judge(key, text, read)
      .catch(() => 'failed')
      .then((outcome) => {
        underWay -= 1
        metrics.audits.inc({ outcome })
      })
  }
}
