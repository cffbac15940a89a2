/** Names of people, asked for together when they are first needed. */
import { limits } from '#protocol/limits.ts'
import type { User } from '#protocol/wire.ts'
import { backOff } from './answer.ts'
import type { OpenCell } from './cell.ts'
import type { Cancel, Clock } from './clock.ts'
import type { Http } from './http.ts'
import type { Shelf } from './shelf.ts'

type Needs = {
  http: Http
  shelf: Shelf
  clock: Clock
  random: () => number
  users: OpenCell<ReadonlyMap<string, User>>
}

/** Rows arrive together; so do the questions who wrote them. */
const gatherMs = 20
const keepMs = 2_000
const keptUsers = 1_000

export type Users = ReturnType<typeof openUsers>

export function openUsers({ http, shelf, clock, random, users }: Needs) {
  const asked = new Set<string>()
  const waiting = new Set<string>()
  let faults = 0
  let cancelAsk: Cancel | null = null
  let cancelKeep: Cancel | null = null
  let isClosed = false

  function put(found: readonly User[]): void {
    if (found.length === 0 || isClosed) return
    users.set(new Map([...users.get(), ...found.map((user) => [user.id, user] as const)]))
    cancelKeep ??= clock.after(keepMs, keep)
  }

  function keep(): void {
    cancelKeep = null
    shelf.putNote('users', [...users.get().values()].slice(-keptUsers)).catch(() => {})
  }

  async function ask(): Promise<void> {
    cancelAsk = null
    const ids = [...waiting].slice(0, limits.usersAtOnce)
    for (const id of ids) waiting.delete(id)
    const answer = await http<{ users: User[] }>('GET', `/api/users?ids=${ids.join(',')}`)
    if (answer.ok) {
      faults = 0
      put(answer.value.users)
    } else if (!answer.definite || answer.retryInMs !== undefined) {
      for (const id of ids) waiting.add(id)
      faults += 1
    }
    later(faults === 0 ? gatherMs : backOff(faults, random))
  }

  function later(delayMs: number): void {
    if (waiting.size > 0 && !isClosed) cancelAsk ??= clock.after(delayMs, () => void ask())
  }

  return {
    /** What the disk remembers, unless it is known better already. */
    async load(): Promise<void> {
      const kept = (await shelf.note<User[]>('users')) ?? []
      put(kept.filter(({ id }) => !users.get().has(id)))
    },
    /** Each id is asked for once; nobody asks twice about a name that does not exist. */
    need(ids: Iterable<string>): void {
      for (const id of ids) {
        if (asked.has(id)) continue
        asked.add(id)
        waiting.add(id)
      }
      later(gatherMs)
    },
    put,
    close(): void {
      isClosed = true
      cancelAsk?.()
      if (cancelKeep === null) return
      cancelKeep()
      keep()
    },
  }
}
