/** Who exists, by what name, with what password hash, in which generation. [S8] */
import type { User } from '#protocol/wire.ts'
import type { Postgres } from './postgres.ts'

/** `generation` is raised by every change of the password: sessions of an older one are over. [S8] */
export type UserRecord = User & { generation: number }

export type Credentials = UserRecord & { passwordHash: string }

export type UserBook = {
  /** Refuses `username-taken`. */
  create(user: { username: string; displayName: string; passwordHash: string }): Promise<UserRecord>
  byName(username: string): Promise<Credentials | null>
  byId(id: string): Promise<Credentials | null>
  /** In no order; ids that do not exist are missing. */
  byIds(ids: readonly string[]): Promise<UserRecord[]>
  /** Whose username or display name contains `q`, 20 at most, by username; an empty `q` finds the first 20. */
  search(q: string): Promise<User[]>
  /** Refuses `not-found`. */
  change(id: string, change: { displayName?: string | undefined }): Promise<UserRecord>
  /** Replaces the hash and raises the generation in one statement; resolves with it. Refuses `not-found`. [S8] */
  setPassword(id: string, passwordHash: string): Promise<UserRecord>
}

export declare function openUserBook(needs: { postgres: Postgres }): UserBook
