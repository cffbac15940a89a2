/** Sentences for people: what a refusal means to them, and what things are called. */
import type { RefusalCode } from '#protocol/refusals.ts'
import type { Answer, EndReason, User } from '#protocol/wire.ts'
import type { RoomSummary } from '../engine/face.ts'

const refusalWords: Record<RefusalCode, string> = {
  'bad-input': 'That is not something Parley can take.',
  'signed-out': 'You are signed out.',
  forbidden: 'You may not do that here.',
  'not-found': 'That does not exist, or is not for you.',
  'username-taken': 'Somebody has this username already.',
  'id-taken': 'This message collided with another one.',
  conflict: 'It was changed in the meantime.',
  'too-large': 'That is too long.',
  'slow-down': 'That was a lot at once. Wait a little.',
  overloaded: 'The server is busy. Try again in a moment.',
  draining: 'The server is just moving you elsewhere. Try again.',
  unavailable: 'The server cannot be reached right now.',
  outdated: 'There is a newer Parley. Reload the page.',
}

export function refusalWord(code: RefusalCode): string {
  return refusalWords[code]
}

/** The sentence for an answer that is a "no", with the wait if one helps; `null` for a "yes". */
export function faultOf(answer: Answer<unknown>): string | null {
  if (answer.ok) return null
  const seconds = Math.ceil((answer.retryInMs ?? 0) / 1_000)
  const wait = answer.code === 'slow-down' && seconds > 1 ? ` Try again in ${seconds} seconds.` : ''
  return wait === '' ? refusalWord(answer.code) : `That was a lot at once.${wait}`
}

/** Why somebody who was signed in no longer is; nothing to say to who asked for it. */
export function endWord(reason: EndReason | undefined): string | null {
  switch (reason) {
    case 'revoked':
      return 'You were signed out from another device.'
    case 'password-changed':
      return 'Your password was changed. Sign in with the new one.'
    case 'expired':
      return 'You were away for long. Sign in again.'
    default:
      return null
  }
}

type Known = ReadonlyMap<string, User>

export function nameOf(users: Known, id: string): string {
  return users.get(id)?.displayName ?? '…'
}

/** The other one in a conversation of two. */
export function partnerOf({ room, memberIds }: RoomSummary, ownId: string): string | null {
  if (room.kind !== 'direct') return null
  const others = memberIds?.filter((id) => id !== ownId)
  return others?.length === 1 ? (others[0] ?? null) : null
}

/** A direct room is called by the others in it. */
export function titleOf(
  { room, memberIds }: Pick<RoomSummary, 'room' | 'memberIds'>,
  users: Known,
  ownId: string,
): string {
  if (room.kind !== 'direct') return room.title
  const others = (memberIds ?? []).filter((id) => id !== ownId)
  if (memberIds && others.length === 0) return `${nameOf(users, ownId)} (you)`
  return others.length > 0 ? list.format(others.map((id) => nameOf(users, id))) : room.title || '…'
}

const list = new Intl.ListFormat(undefined, { type: 'unit', style: 'short' })
const number = new Intl.NumberFormat()
const plural = new Intl.PluralRules('en')

/** "1 message", "1,204 messages". */
export function count(amount: number, one: string, many = `${one}s`): string {
  return `${number.format(amount)} ${plural.select(amount) === 'one' ? one : many}`
}

/** "Ada is typing", "Ada and Ben are typing", "Several people are typing". */
export function typingWord(users: Known, ids: readonly string[]): string {
  const [first, second] = ids
  if (first === undefined) return ''
  if (second === undefined) return `${nameOf(users, first)} is typing`
  if (ids.length === 2) return `${nameOf(users, first)} and ${nameOf(users, second)} are typing`
  return 'Several people are typing'
}
