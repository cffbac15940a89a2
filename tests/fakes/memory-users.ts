/** A user book without Postgres. */
import { must } from '../../server/kit/must.ts'
import { Refusal } from '../../server/kit/refusal.ts'
import { type Credentials, type UserBook, type UserRecord, userOf } from '../../server/store/user-book.ts'
import type { Tables } from './memory-tables.ts'

export function openMemoryUsers({ users, newId }: Tables): UserBook {
  const recordOf = ({ passwordHash: _, ...record }: Credentials): UserRecord => record
  const byName = (username: string) => [...users.values()].find((user) => user.username === username) ?? null

  function put(id: string, change: (user: Credentials) => Credentials): UserRecord {
    const user = users.get(id)
    if (user === undefined) throw new Refusal('not-found')
    users.set(id, change(user))
    return recordOf(must(users.get(id), 'it was just written'))
  }

  return {
    async create(wanted) {
      if (byName(wanted.username) !== null) throw new Refusal('username-taken')
      const user = { id: newId(), generation: 1, ...wanted }
      users.set(user.id, user)
      return recordOf(user)
    },
    byName: async (username) => byName(username),
    byId: async (id) => users.get(id) ?? null,
    byIds: async (ids) => [...new Set(ids)].flatMap((id) => users.get(id) ?? []).map(recordOf),
    async search(q) {
      const wanted = q.toLowerCase()
      return [...users.values()]
        .filter(({ username, displayName }) => `${username}\n${displayName}`.toLowerCase().includes(wanted))
        .sort((a, b) => (a.username < b.username ? -1 : 1))
        .slice(0, 20)
        .map(userOf)
    },
    change: async (id, { displayName, status }) =>
      put(id, ({ generation, passwordHash, ...user }) => {
        const next = userOf({
          ...user,
          displayName: displayName ?? user.displayName,
          status: status ?? user.status ?? '',
        })
        return { ...next, generation, passwordHash }
      }),
    setPassword: async (id, passwordHash) =>
      put(id, (user) => ({ ...user, passwordHash, generation: user.generation + 1 })),
  }
}
