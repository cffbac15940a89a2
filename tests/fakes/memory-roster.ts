/** The roster without Redis: tables with versions that only grow, beats that run out, and an outage at will. */
import type { Roster } from '../../server/cache/roster.ts'
import type { Clock } from '../../server/kit/clock.ts'

export type MemoryRoster = Roster & {
  setAway(away: boolean): void
  /** Redis lost everything. */
  wipe(): void
}

type Row = { view: string; aliveUntilMs: number; version: number; users: Set<string> }

export function openMemoryRoster({ clock }: { clock: Clock }): MemoryRoster {
  const rows = new Map<string, Row>()
  let away = false
  let versions = 0

  function rowOf(node: string): Row {
    if (away) throw new Error('unable to ask the roster; it is away')
    const row = rows.get(node) ?? { view: '', aliveUntilMs: 0, version: 0, users: new Set() }
    rows.set(node, row)
    return row
  }

  function change(node: string, to: (row: Row) => void, evenIfLost = false): number {
    const row = rowOf(node)
    if (row.version === 0 && !evenIfLost) return 0
    to(row)
    versions += 1
    row.version = versions
    return row.version
  }

  // every verb answers later, as Redis does
  const later = async <Value>(work: () => Value): Promise<Value> => {
    await Promise.resolve()
    return work()
  }

  return {
    beat: (node, view, ttlMs) =>
      later(() => Object.assign(rowOf(node), { view, aliveUntilMs: clock.ticks() + ttlMs }).version),
    nodes: () =>
      later(() => {
        if (away) throw new Error('unable to ask the roster; it is away')
        return [...rows]
          .filter(([, { aliveUntilMs }]) => aliveUntilMs > clock.ticks())
          .map(([name, { view, version }]) => ({ name, view, version }))
      }),
    put: (node, userIds) => later(() => change(node, (row) => Object.assign(row, { users: new Set(userIds) }), true)),
    add: (node, userIds) =>
      later(() => change(node, (row) => Object.assign(row, { users: row.users.union(new Set(userIds)) }))),
    remove: (node, userIds) =>
      later(() => change(node, (row) => Object.assign(row, { users: row.users.difference(new Set(userIds)) }))),
    usersOf: (node) => later(() => ({ version: rowOf(node).version, userIds: [...rowOf(node).users] })),
    drop: (node) => later(() => void (away || rows.delete(node))),
    setAway: (is) => {
      away = is
    },
    wipe: () => rows.clear(),
  }
}
