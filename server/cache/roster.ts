/** The table of who is alive and who is online where: each node writes its own rows, every node reads all. */
import type { Clock } from '../kit/clock.ts'
import type { Redis } from './redis.ts'

type Needs = { redis: Redis; clock: Clock }

/** `version` is that of the node's users; whoever knows another one asks `usersOf`. 0: the table has no users of it. */
export type RosterNode = { name: string; view: string; version: number }

/** Every verb rejects within 1.5 s when Redis does not answer; versions only grow, also over a restart of Redis. */
export type Roster = {
  /** Says that `node` lives, for `ttlMs`. Answers the version of its users; when that is not the last one told, Redis lost them: `put` heals. */
  beat(node: string, view: string, ttlMs: number): Promise<number>
  /** The nodes whose beat has not run out. */
  nodes(): Promise<RosterNode[]>
  /** The users of `node`, all at once, in place of what was there. Answers the new version, as `add` and `remove` do. */
  put(node: string, userIds: string[]): Promise<number>
  add(node: string, userIds: string[]): Promise<number>
  remove(node: string, userIds: string[]): Promise<number>
  usersOf(node: string): Promise<{ version: number; userIds: string[] }>
  /** Takes a node out with everything of it: its own goodbye, or a peer's sweep. [P2] */
  drop(node: string): Promise<void>
}

export function openRoster(_needs: Needs): Roster {
  throw new Error('not written yet')
}
