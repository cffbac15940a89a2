/** Chaos in short rounds, each with another seed, until one is invalid: how soon a mutant is caught. */
import { openPatchedCopy } from '../../kit/patched-copy.ts'
import { openOwnCluster } from '../chaos/own-cluster.ts'
import { type Outcome, runChaos } from '../chaos/run.ts'
import type { Mutant } from './mutants.ts'

type Needs = { root: string; seed: number; nodes: number; boundMs: number; say: (line: string) => void }

/** `seconds`: from when the cluster served to the verdict; null: it got away. */
export type Catch = { name: string; seconds: number | null; seed: number; rules: string[]; outcome: Outcome | null }

const roundSeconds = 25

export async function hunt(mutant: Mutant, { root, seed, nodes, boundMs, say }: Needs): Promise<Catch> {
  const { name, patches, faults, crowd } = mutant
  const copy = await openPatchedCopy({ root, patches })
  const cluster = await openOwnCluster({ nodes, say: () => {}, root: copy.root })
  try {
    const beganAt = performance.now()
    const seconds = () => Math.round((performance.now() - beganAt) / 1_000)
    for (let round = 0; performance.now() - beganAt < boundMs; round += 1) {
      const options = { ...crowd, seed: seed + round, seconds: roundSeconds, faults, isHasty: true }
      const outcome = await runChaos({ ...cluster, say: () => {} }, options)
      const rules = [...new Set(outcome.verdict.violations.map(({ rule }) => rule))]
      say(`  ${name}: ${seconds()} s, seed ${seed + round}, ${outcome.faults} faults: ${rules.join(', ') || 'nothing'}`)
      if (rules.length > 0) return { name, seconds: seconds(), seed: seed + round, rules, outcome }
    }
    return { name, seconds: null, seed, rules: [], outcome: null }
  } finally {
    await cluster.close()
    await copy.close()
  }
}
