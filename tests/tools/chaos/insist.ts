/** Asks until it is done: a cluster that was just mended may need a moment more. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Answer } from '#protocol/wire.ts'

const patienceMs = 30_000

/** Rejects after half a minute of refusals with the last of them. */
export async function insist<Value>(what: string, ask: () => Promise<Answer<Value>>): Promise<Value> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const answer = await ask()
    if (answer.ok) return answer.value
    if (performance.now() > deadline) throw new Error(`unable to ${what}; ${answer.code}: ${answer.detail}`)
    await pause(answer.retryInMs ?? 250)
  }
}
