/** Who is online in a room: derived from who is online where and who is a member, said once and then by difference. [P1] */
import type { Roster } from '../cache/roster.ts'
import type { Fanout } from '../fanout/fanout.ts'
import type { Clock } from '../kit/clock.ts'
import type { Log } from '../kit/log.ts'

type Needs = {
  node: { name: string }
  fanout: Pick<Fanout, 'toNodes' | 'onNodes' | 'toSocketsHere' | 'onLeave' | 'onCaughtUp' | 'hears'>
  roster: Pick<Roster, 'nodes' | 'put' | 'add' | 'remove' | 'usersOf' | 'drop'>
  /** The ids of the members of these rooms. */
  membersOf: (roomIds: string[]) => Promise<Map<string, string[]>>
  clock: Clock
  log: Log
}

export type Presence = {
  /** A socket of the user opened on this node. */
  arrive(userId: string): void
  /** A socket of the user closed on this node. */
  depart(userId: string): void
  /** Tells a socket that hears the room who is there, now and by difference until it no longer hears it. */
  watch(watcher: { socketId: string; roomId: string }): Promise<void>
  /** The version the roster has of this node's users, from the beat: another one than ours is healed. */
  compare(version: number): void
  close(): Promise<void>
}

export declare function openPresence(needs: Needs): Presence
