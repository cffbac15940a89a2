/** The promises about people: who stays signed in, who hears nothing any more, who is seen to belong and to be here. */
import type { Check, Event, FinalView, Violation } from './history.ts'

const isBarredFromAll = (event: Event) => event.type === 'barred' && event.roomId === 'all'

/** Somebody whose device was revoked is signed out of it, once. */
export const sessionsSurvive: Check = ({ events }) => {
  const revoked = new Map<string, number>()
  for (const event of events)
    if (event.type === 'barred' && isBarredFromAll(event))
      revoked.set(event.userId, (revoked.get(event.userId) ?? 0) + 1)
  return events.flatMap((event) => {
    if (event.type !== 'signed-out') return []
    const left = revoked.get(event.userId) ?? 0
    revoked.set(event.userId, left - 1)
    return left > 0 ? [] : [{ rule: 'session', says: 'somebody was signed out', evidence: [event] }]
  })
}

/** How long news may still reach somebody who was removed or revoked: 2 s if pub/sub lost it. [M2] [S2] */
const barredBoundMs = 2_500

type Shown = Event & { type: 'shown' }

const isShown = (event: Event): event is Shown => event.type === 'shown'
const newsOf = ({ message }: Shown) => `${message.roomId} ${message.seq} ${message.rev}`

/** What they had seen before, their own disk may show them again; and what they wrote they know. */
export const barredSeeNothing: Check = ({ events }) => {
  const bars = events.filter((event) => event.type === 'barred')
  const people = new Set(bars.map(({ userId }) => userId))
  const shown = Map.groupBy(
    events.filter(isShown).filter(({ userId }) => people.has(userId)),
    ({ userId }) => userId,
  )
  return bars.flatMap((bar): Violation[] => {
    const { userId, roomId } = bar
    const admitted = events.find(
      (event) => event.type === 'admitted' && event.userId === userId && event.roomId === roomId && event.at > bar.at,
    )
    const until = admitted?.at ?? Number.POSITIVE_INFINITY
    const known = new Set<string>()
    const late = shown.get(userId)?.find((event) => {
      const isNews = !known.has(newsOf(event))
      known.add(newsOf(event))
      const isAbout = roomId === 'all' || event.message.roomId === roomId
      const isOwn = event.message.authorId === userId
      return isNews && isAbout && !isOwn && event.at > bar.at + barredBoundMs && event.at < until
    })
    if (late === undefined) return []
    return [{ rule: 'barred', says: 'somebody who was put out still heard the room', evidence: [bar, late] }]
  })
}

function compare(final: FinalView, seen: readonly string[], truth: ReadonlySet<string>, what: string): Violation[] {
  const wrong = new Set(seen).symmetricDifference(truth)
  if (wrong.size === 0) return []
  const evidence = [final.client, final.roomId, { wrong: [...wrong], seen: seen.length, truth: truth.size }]
  return [{ rule: what, says: 'a client shows others than there are', evidence }]
}

export const membersConverge: Check = ({ finals, truths }) => {
  const members = new Map(truths.map(({ roomId, lastRead }) => [roomId, new Set(lastRead.keys())]))
  return finals.flatMap((final) =>
    final.members === undefined ? [] : compare(final, final.members, members.get(final.roomId) ?? new Set(), 'members'),
  )
}

/** Of the members, those who were connected. */
export const presenceConverges: Check = ({ finals, truths, present }) => {
  if (present === undefined) return []
  const here = new Set(present)
  const online = new Map(
    truths.map(({ roomId, lastRead }) => [roomId, new Set([...lastRead.keys()].filter((id) => here.has(id)))]),
  )
  return finals.flatMap((final) =>
    final.online === undefined ? [] : compare(final, final.online, online.get(final.roomId) ?? new Set(), 'presence'),
  )
}
