/** Keeps all nodes agreed on who is online where: each writes its own users to the roster, tells the difference, and reads the others'. */
import type { Roster, RosterNode } from '../cache/roster.ts'
import type { Fanout } from '../fanout/fanout.ts'
import type { Clock } from '../kit/clock.ts'
import { openLoop } from '../kit/loop.ts'
import { beatLivesMs, beatMs } from './heartbeat.ts'
import type { Online } from './online.ts'

type Needs = {
  node: { name: string }
  fanout: Pick<Fanout, 'toNodes' | 'onNodes'>
  roster: Pick<Roster, 'nodes' | 'put' | 'add' | 'remove' | 'usersOf' | 'drop'>
  online: Online
  clock: Clock
}

export type Attendance = {
  arrive(userId: string): void
  depart(userId: string): void
  close(): Promise<void>
}

/** Arrivals and departures of this long make one write and one word. */
const gatherMs = 100
/** After the roster was away, a node may need this long to show that it lives. */
const graceMs = 3 * beatMs

export function openAttendance({ node, fanout, roster, online, clock }: Needs): Attendance {
  /** Sockets per user of this node. */
  const sockets = new Map<string, number>()
  const moved = new Set<string>()
  /** The roster's version of each node's users, as known here. */
  const versions = new Map<string, number>()
  let graceUntilMs = clock.ticks() + graceMs

  function change(userId: string, by: number): void {
    const count = (sockets.get(userId) ?? 0) + by
    if (count > 0) sockets.set(userId, count)
    else sockets.delete(userId)
    if (count > 0) online.add(node.name, [userId])
    else online.remove(node.name, [userId], clock.ticks())
    moved.add(userId)
  }

  async function tell(): Promise<void> {
    const base = versions.get(node.name) ?? 0
    if (base > 0 && moved.size === 0) return
    const [joined, left]: [string[], string[]] = [[], []]
    for (const userId of moved) (sockets.has(userId) ? joined : left).push(userId)
    moved.clear()
    versions.delete(node.name) // whatever goes wrong now, the next round writes all of it
    let version = base
    if (base === 0) version = await roster.put(node.name, [...sockets.keys()])
    if (base > 0 && joined.length > 0) version = await roster.add(node.name, joined)
    if (base > 0 && left.length > 0 && version > 0) version = await roster.remove(node.name, left)
    if (version === 0) return
    versions.set(node.name, version)
    fanout.toNodes('presence', { node: node.name, base, version, joined, left })
  }

  async function readOne({ name, version }: RosterNode): Promise<void> {
    const known = versions.get(name) ?? 0
    if (name === node.name) {
      if (version < known) versions.delete(name) // lost: what is here is the truth
      return
    }
    if (version <= known) return
    const table = await roster.usersOf(name)
    if (table.version <= (versions.get(name) ?? 0)) return // a word was faster
    versions.set(name, table.version)
    online.replace(name, table.userIds, clock.ticks())
  }

  async function read(): Promise<void> {
    const rows = await roster.nodes()
    await Promise.all(rows.map(readOne))
    const alive = new Set([node.name, ...rows.map(({ name }) => name)])
    if (clock.ticks() < graceUntilMs) return
    for (const name of [...versions.keys()].filter((known) => !alive.has(known))) {
      versions.delete(name)
      online.drop(name, clock.ticks() - beatLivesMs) // [P2]
      await roster.drop(name)
    }
  }

  const telling = openLoop({ clock, everyMs: () => gatherMs, run: tell, onFault: () => {} })
  const reading = openLoop({
    clock,
    everyMs: () => beatMs,
    run: read,
    onFault() {
      graceUntilMs = clock.ticks() + graceMs // who was not seen then is not dead for that
    },
  })

  fanout.onNodes('presence', ({ node: name, base, version, joined, left }) => {
    const known = versions.get(name) ?? 0
    if (name === node.name || version <= known) return
    if (known === 0 || base !== known) {
      reading.kick()
      return
    }
    versions.set(name, version)
    online.add(name, joined)
    online.remove(name, left, clock.ticks())
  })

  return {
    arrive: (userId) => change(userId, 1),
    depart: (userId) => change(userId, -1),
    async close() {
      await telling.close()
      await reading.close()
    },
  }
}
