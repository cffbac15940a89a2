/** Signing in and up, insisting for a while: a node that dies under the request is nobody's concern. */
import type { RefusalCode } from '#protocol/refusals.ts'
import type { Answer, User } from '#protocol/wire.ts'
import { backOff } from './answer.ts'
import type { Clock } from './clock.ts'
import type { Http } from './http.ts'

type Needs = { http: Http; clock: Clock; random: () => number }
type Credentials = { username: string; password: string }
type Entry = Answer<{ user: User }>

/** Codes of a cluster in trouble; `slow-down` is for the person to hear. */
const trouble: readonly RefusalCode[] = ['unavailable', 'overloaded', 'draining']
const patienceMs = 20_000

export function openDoor({ http, clock, random }: Needs) {
  /** Asks until it is a yes, a no of another kind, or too late. `ask` is told whether an earlier one may have been done. */
  async function insist(ask: (inDoubt: boolean) => Promise<Entry>): Promise<Entry> {
    const until = clock.ticks() + patienceMs
    let inDoubt = false
    for (let round = 0; ; round += 1) {
      const answer = await ask(inDoubt)
      if (answer.ok || !trouble.includes(answer.code) || clock.ticks() >= until) return answer
      inDoubt ||= !answer.definite
      const delayMs = answer.retryInMs ?? backOff(round, random)
      await new Promise<void>((resolve) => clock.after(delayMs, resolve))
    }
  }

  const signIn = (input: Credentials) => http<{ user: User }>('POST', '/api/session', input)

  return {
    signIn: (input: Credentials) => insist(() => signIn(input)),
    signUp: (input: Credentials & { displayName?: string }) =>
      insist(async (inDoubt) => {
        const answer = await http<{ user: User }>('POST', '/api/users', input)
        if (!inDoubt || answer.ok || answer.code !== 'username-taken') return answer
        const entry = await signIn(input) // perhaps it was us who took it, and the answer was lost
        return entry.ok || trouble.includes(entry.code) ? entry : answer
      }),
  }
}
