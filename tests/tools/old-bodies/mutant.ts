/** A copy of the tree whose writers delete nothing from the cache: proof that the auditor of real nodes can fire. */
import { setTimeout as pause } from 'node:timers/promises'
import { openPatchedCopy } from '../../kit/patched-copy.ts'
import { openSeeded } from '../../kit/seeded.ts'
import { openAudits } from '../chaos/audits.ts'
import { openCrowd } from './crowd.ts'
import { openLedger } from './ledger.ts'
import { openStage } from './stage.ts'

const patch = {
  file: 'server/cache/lease-cache.ts',
  find: 'client.del(together.flatMap(keysOf))',
  put: 'Promise.resolve(together.length)',
}
const boundMs = 60_000

/** Resolves with how long it took until a node said that it had served something old, null if a minute was not enough. */
export async function runMutant({ root, say }: { root: string; say: (line: string) => void }): Promise<number | null> {
  const copy = await openPatchedCopy({ root, patches: [patch] })
  try {
    return await watch(copy.root, say)
  } finally {
    await copy.close()
  }
}

async function watch(copy: string, say: (line: string) => void): Promise<number | null> {
  const stage = await openStage({ root: copy, say })
  try {
    const { url, nodes } = stage
    const audits = openAudits({ status: async () => stage.status() })
    const ledger = openLedger()
    const crowd = await openCrowd({ url, nodes, ledger, chance: openSeeded(1), everyMs: 1_000, readers: 4 })
    const beganAt = performance.now()
    const tookMs = () => performance.now() - beganAt
    while (audits.total().stale === 0 && tookMs() < boundMs) {
      await pause(100)
      await audits.sample()
    }
    const seconds = tookMs() / 1_000
    await crowd.close()
    const { stale, compared } = audits.total()
    say(`${stale} stale of ${compared} audits; ${crowd.wrong.length} of ${crowd.figures.reads} reads were old`)
    return stale === 0 ? null : seconds
  } finally {
    await stage.close()
  }
}
