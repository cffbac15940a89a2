/** A "no" made on this side of the door, in the words of the one table. */
import { type RefusalCode, type RefusalView, refusals } from '#protocol/refusals.ts'
import type { Answer, CallName, Calls } from '#protocol/wire.ts'

export type Refused = { ok: false } & RefusalView

/** Never rejects: what goes wrong is an answer. */
export type Call = <Name extends CallName>(
  name: Name,
  input: Calls[Name]['input'],
) => Promise<Answer<Calls[Name]['value']>>

/** `definite` overrides the table where the caller knows that nothing left this machine. */
export function refused(code: RefusalCode, definite: boolean = refusals[code].definite): Refused {
  return { ok: false, code, detail: refusals[code].detail, definite }
}

/** Codes of a cluster in trouble or of a session that must be renewed: the same call may well succeed later. */
const passing: readonly RefusalCode[] = ['slow-down', 'overloaded', 'draining', 'unavailable', 'signed-out', 'outdated']

/** Whether waiting cannot help: the words themselves were refused. */
export function isFinal(answer: Refused): boolean {
  return answer.definite && !passing.includes(answer.code)
}

/** Grows from `firstMs` to `capMs`, spread by half to either side so that many clients do not march in step. */
export function backOff(
  attempt: number,
  random: () => number,
  { firstMs = 350, growth = 2, capMs = 8_000 } = {},
): number {
  return Math.min(capMs, firstMs * growth ** Math.min(attempt, 16) * (0.57 + 0.86 * random()))
}
