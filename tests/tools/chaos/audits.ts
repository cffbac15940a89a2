/** What the nodes found when they compared cached answers with Postgres: asked for now and then, for a node that dies forgets. */
import type { Status } from '../../../infra/local/status.ts'

/** `repaired` was old for over a second, and then made right by somebody else than its writer. */
type Counts = { compared: number; repaired: number; stale: number }

const boundMs = 1_000

export function openAudits({ status }: { status: () => Promise<Status> }) {
  /** By node: what its last process had counted, and all before that. */
  const latest = new Map<string, Counts>()
  const before: Counts = { compared: 0, repaired: 0, stale: 0 }

  function take(node: string, counts: Counts): void {
    const known = latest.get(node)
    if (known !== undefined && counts.compared < known.compared) {
      before.compared += known.compared
      before.repaired += known.repaired
      before.stale += known.stale
    }
    latest.set(node, counts)
  }

  return {
    /** Never rejects: who does not answer is asked the next time. */
    async sample(): Promise<void> {
      const { nodes } = await status()
      await Promise.all(
        nodes.map(async ({ name, port }) => {
          const signal = AbortSignal.timeout(boundMs)
          const text = await fetch(`http://127.0.0.1:${port}/metrics`, { signal })
            .then((answer) => answer.text())
            .catch(() => null)
          if (text !== null) take(name, countsIn(text))
        }),
      )
    },
    total(): Counts {
      const all = [before, ...latest.values()]
      const sum = (pick: (counts: Counts) => number) => all.reduce((total, counts) => total + pick(counts), 0)
      return {
        compared: sum(({ compared }) => compared),
        repaired: sum(({ repaired }) => repaired),
        stale: sum(({ stale }) => stale),
      }
    },
  }
}

/** From Prometheus' text. */
function countsIn(text: string): Counts {
  const valuesOf = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, value]) => Number(value))
  const compared = valuesOf(/^parley_audits_total\{[^}]*outcome="(?!failed)[^}]*\} (\d+)/gm)
  const repaired = valuesOf(/^parley_audits_total\{[^}]*outcome="repaired"[^}]*\} (\d+)/gm)
  const stale = valuesOf(/^parley_stale_reads_total(?:\{[^}]*\})? (\d+)/gm)
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
  return { compared: sum(compared), repaired: sum(repaired), stale: sum(stale) }
}
