/** Where one can go by the quick switcher, best first. */
import type { User } from '#protocol/wire.ts'
import type { RoomSummary } from '../engine/face.ts'
import { fitOf } from './fits.ts'
import { partnerOf, titleOf } from './words.ts'

export type Target =
  | { kind: 'room'; key: string; title: string; summary: RoomSummary }
  | { kind: 'person'; key: string; title: string; person: User }

type Known = {
  rooms: readonly RoomSummary[]
  users: ReadonlyMap<string, User>
  ownId: string
  /** Ids of rooms, the one on screen first. */
  visited: readonly string[]
}

const most = 12
/** What being visited lately is worth: enough to choose between equals. */
const recentWorth = 12
const roomWorth = 4

/** Nothing typed: the rooms visited last, without the one on screen, then those that moved last. */
export function targetsOf(typed: string, { rooms, users, ownId, visited }: Known): Target[] {
  const paired = new Set(rooms.map((summary) => partnerOf(summary, ownId)))
  const all: Target[] = [
    ...rooms.map((summary) => ({
      kind: 'room' as const,
      key: summary.room.id,
      title: titleOf(summary, users, ownId),
      summary,
    })),
    ...[...users.values()]
      .filter(({ id }) => !paired.has(id) && id !== ownId)
      .map((person) => ({ kind: 'person' as const, key: person.id, title: person.displayName, person })),
  ]
  if (typed.trim() === '') return recentOnes(all, visited)
  return all
    .flatMap((target) => {
      const fit = bestFit(typed, target)
      return fit === null ? [] : [{ target, worth: fit + worthOf(target, visited) }]
    })
    .sort((a, b) => b.worth - a.worth || a.target.title.localeCompare(b.target.title))
    .slice(0, most)
    .map(({ target }) => target)
}

function recentOnes(all: readonly Target[], visited: readonly string[]): Target[] {
  const byKey = new Map(all.map((target) => [target.key, target]))
  const last = visited.slice(1).flatMap((id) => byKey.get(id) ?? [])
  const others = all.filter(({ kind, key }) => kind === 'room' && !visited.includes(key))
  return [...last, ...others]
    .filter((target) => target.kind === 'person' || !target.summary.room.archived)
    .slice(0, most)
}

function bestFit(typed: string, target: Target): number | null {
  const byTitle = fitOf(typed, target.title)
  const byName = target.kind === 'person' ? fitOf(typed.replace(/^@/, ''), target.person.username) : null
  return byTitle === null ? byName : Math.max(byTitle, byName ?? 0)
}

function worthOf(target: Target, visited: readonly string[]): number {
  if (target.kind === 'person') return 0
  const place = visited.indexOf(target.key)
  return roomWorth + (place < 0 ? 0 : recentWorth / (place + 1)) - (target.summary.room.archived ? recentWorth : 0)
}
