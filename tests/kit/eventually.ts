/** Waits for something to become true of the real world, without ever sleeping for luck. */
import { setTimeout as pause } from 'node:timers/promises'

/** Resolves with what `probe` returns once it stops throwing and is not `false`; after `withinMs` its last complaint is thrown. */
export async function eventually<Value>(
  probe: () => Value | Promise<Value>,
  { withinMs = 5_000, everyMs = 20 }: { withinMs?: number; everyMs?: number } = {},
): Promise<Value> {
  const deadline = performance.now() + withinMs
  let complaint: unknown = new Error('it was never looked at')
  do {
    try {
      const value = await probe()
      if (value !== false) return value
      complaint = new Error(`it stayed false: ${probe.toString().slice(0, 200)}`)
    } catch (fault) {
      complaint = fault
    }
    await pause(everyMs)
  } while (performance.now() < deadline)
  throw new Error(`unable to see it within ${withinMs} ms`, { cause: complaint })
}
