/** What of a change in the list of rooms is worth a notification. */
import type { User } from '#protocol/wire.ts'
import type { RoomSummary } from '../engine/face.ts'
import { count, nameOf, titleOf } from './words.ts'

/** `tag`: a later one of the same tag replaces it. */
export type Notice = { tag: string; title: string; body: string; roomId: string | null }

type Known = { users: ReadonlyMap<string, User>; ownId: string; blocked: ReadonlySet<string> }

/** After a resume there may be many: more than this become one. */
const apart = 3
const bodyLength = 180

/** The rooms where something came in since `before` that is meant for us: words in a conversation, a mention elsewhere. */
export function newsOf(before: readonly RoomSummary[], after: readonly RoomSummary[], known: Known): RoomSummary[] {
  const old = new Map(before.map((summary) => [summary.room.id, summary]))
  return after.filter((summary) => {
    const { room, muted, head, unread, mentions, lastMessage } = summary
    const last = old.get(room.id)
    if (muted || last === undefined || head <= last.head || unread === 0) return false
    const isOwn = lastMessage?.seq === head && lastMessage.authorId === known.ownId
    if (isOwn || (lastMessage?.seq === head && known.blocked.has(lastMessage.authorId))) return false
    return room.kind === 'direct' || mentions > last.mentions
  })
}

export function noticesOf(news: readonly RoomSummary[], { users, ownId }: Known): Notice[] {
  if (news.length > apart) {
    const unread = news.reduce((sum, summary) => sum + summary.unread, 0)
    const body = `${count(unread, 'new message')} in ${count(news.length, 'room')}`
    return [{ tag: 'parley', title: 'Parley', body, roomId: null }]
  }
  return news.map((summary) => {
    const { room, head, lastMessage, unread } = summary
    const title = titleOf(summary, users, ownId)
    const said = lastMessage?.seq === head ? lastMessage : undefined
    const author = said === undefined || room.kind === 'direct' ? '' : `${nameOf(users, said.authorId)}: `
    const body = said?.body ? `${author}${said.body.slice(0, bodyLength)}` : count(unread, 'new message')
    return { tag: room.id, title, body, roomId: room.id }
  })
}
