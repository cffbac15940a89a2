/** What outlives the page, by user; at most one user's rooms at a time. */
import type { User } from '#protocol/wire.ts'
import { openShelf, type Shelf } from './shelf.ts'
import type { Vault } from './vault.ts'

export type Disk = {
  /** Who was signed in when the page was last open. */
  lastUser(): Promise<User | null>
  /** The disk is this user's now: rooms of others go, their unsent drafts wait for them. [S9] */
  enter(user: User): Promise<void>
  /** Nobody is signed in any more. `wipe`: and nothing of this user stays. [S9] */
  leave(userId: string, wipe: boolean): Promise<void>
  shelf(userId: string): Shelf
  close(): void
}

const end = '\uffff'

export function openDisk(vault: Vault): Disk {
  return {
    lastUser: () => vault.transact('read', async (keys) => ((await keys.get('user')) as User | undefined) ?? null),
    enter: (user) =>
      vault.transact('write', async (keys) => {
        keys.delete('shelf/', `shelf/${user.id}`)
        keys.delete(`shelf/${user.id}/${end}`, `shelf/${end}`)
        keys.put('user', user)
      }),
    leave: (userId, wipe) =>
      vault.transact('write', async (keys) => {
        const last = (await keys.get('user')) as User | undefined
        const isOurs = last?.id === userId // else another tab has left, or let somebody in: rows we kept since must go
        if (isOurs) keys.delete('user', 'user')
        if (wipe || !isOurs) keys.delete(`shelf/${userId}/`, `shelf/${userId}/${end}`)
        if (wipe) keys.delete(`unsent/${userId}/`, `unsent/${userId}/${end}`)
      }),
    shelf: (userId) => openShelf(vault, userId),
    close: () => vault.close(),
  }
}
