/** What there is, as a cluster whose database cannot be reached tells at its door: read by somebody who is in every room. */
import type { Member as Membership, Message, Page } from '#protocol/wire.ts'
import type { Truth } from '../checker/history.ts'
import type { Member } from './crowd.ts'
import { insist } from './insist.ts'

const pageSize = 50

/** Of all rooms that these people are in; the first of them is in all. */
export async function readTruthsAtDoor(members: readonly Member[], withMessages: boolean): Promise<Truth[]> {
  const [reader] = members
  if (reader === undefined) return []
  const truths: Truth[] = []
  for (const roomId of reader.roomIds) truths.push(await readOne(reader, roomId, withMessages))
  return truths
}

async function readOne({ ask, engine }: Member, roomId: string, withMessages: boolean): Promise<Truth> {
  const { members } = await insist('read a room', () => ask<{ members: Membership[] }>(`/api/rooms/${roomId}`))
  const pageAt = (query: string) =>
    insist('read a page', () => ask<Page>(`/api/rooms/${roomId}/messages?limit=${pageSize}${query}`))
  const newest = await pageAt('')
  const messages: Message[] = []
  for (let after = 0; withMessages && after < newest.head; after += pageSize)
    messages.push(...(await pageAt(`&after=${after}`)).messages)
  // a page tells the rev of its messages; who joined or left since, the reader heard
  const mine = engine()
    .rooms.get()
    .find(({ room }) => room.id === roomId)
  const rev = Math.max(newest.rev, mine?.rev ?? 0)
  const lastRead = new Map(members.map(({ userId, lastRead }) => [userId, lastRead]))
  return { roomId, rev, head: newest.head, messages, lastRead }
}
