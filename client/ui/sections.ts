/** The list of rooms in its sections, in the order in which it is shown and walked. */
import type { User } from '#protocol/wire.ts'
import type { RoomSummary } from '../engine/face.ts'
import { titleOf } from './words.ts'

type NamedRoom = { summary: RoomSummary; title: string }
export type SectionName = 'favourites' | 'rooms' | 'direct' | 'archived'
export type Section = { name: SectionName; rooms: readonly NamedRoom[] }

/** Rooms by name, conversations by their last word; a favourite stands among its like and nowhere else. */
export function sectionsOf(
  summaries: readonly RoomSummary[],
  users: ReadonlyMap<string, User>,
  ownId: string,
): Section[] {
  const named = summaries.map((summary) => ({ summary, title: titleOf(summary, users, ownId) }))
  const of = (name: SectionName) => named.filter(({ summary }) => sectionOf(summary) === name)
  return [
    { name: 'favourites', rooms: of('favourites').sort(byTitle) },
    { name: 'rooms', rooms: of('rooms').sort(byTitle) },
    { name: 'direct', rooms: of('direct').sort((a, b) => latest(b.summary) - latest(a.summary)) },
    { name: 'archived', rooms: of('archived').sort(byTitle) },
  ]
}

function sectionOf({ room, favourite }: RoomSummary): SectionName {
  if (room.archived) return 'archived'
  if (favourite) return 'favourites'
  return room.kind === 'direct' ? 'direct' : 'rooms'
}

const byTitle = (a: NamedRoom, b: NamedRoom) => a.title.localeCompare(b.title)

function latest({ lastMessage, room }: RoomSummary): number {
  return Date.parse(lastMessage?.sentAt ?? room.createdAt)
}

/** What calls for attention: everything unread, of a muted room only what names us. */
export function waitingIn({ unread, mentions, muted }: RoomSummary): number {
  return muted ? mentions : unread
}

type Way = { step: 1 | -1; isUnread: boolean }

/** The room above or below, around; of the unread ones the nearest. Archived rooms are passed over. */
export function roomBeside(
  sections: readonly Section[],
  openId: string | null,
  { step, isUnread }: Way,
): string | null {
  const walked = sections
    .filter(({ name }) => name !== 'archived')
    .flatMap(({ rooms }) => rooms)
    .filter(({ summary }) => !isUnread || waitingIn(summary) > 0 || summary.room.id === openId)
    .map(({ summary }) => summary.room.id)
  const at = openId === null ? -1 : walked.indexOf(openId)
  const next = at < 0 ? (step === 1 ? 0 : walked.length - 1) : (at + step + walked.length) % walked.length
  const id = walked[next] ?? null
  return id === openId ? null : id
}
