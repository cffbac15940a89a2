/** Everything a signed-in user has: the link, the rooms, what is unsent. */
import type { EndReason, Message, User } from '#protocol/wire.ts'
import { type Call, refused } from './answer.ts'
import { openBlocks } from './blocks.ts'
import type { OpenCell } from './cell.ts'
import { openChange } from './changes.ts'
import type { Clock } from './clock.ts'
import { openDirects } from './directs.ts'
import type { Api, LinkStatus, RoomHandle, RoomSummary, Waiting } from './face.ts'
import { openHandle } from './handle.ts'
import { openHeard } from './heard.ts'
import type { Http } from './http.ts'
import type { Link, OpenLink } from './link.ts'
import { type LoadedRoom, openLoadedRooms } from './loaded-rooms.ts'
import { openOutbox } from './outbox.ts'
import { openPages } from './pages.ts'
import { openPresence } from './presence.ts'
import { openReads } from './reads.ts'
import { openRoom } from './room.ts'
import { openRooms } from './rooms.ts'
import type { Shelf } from './shelf.ts'
import type { Tabs } from './tabs.ts'
import { openTexts } from './texts.ts'
import { openUsers } from './users.ts'

export type HomeNeeds = {
  shelf: Shelf
  http: Http
  api: Api
  openLink: OpenLink
  tabs: Tabs
  clock: Clock
  random: () => number
  newId: (nowMs: number) => string
  cells: {
    link: OpenCell<LinkStatus>
    rooms: OpenCell<readonly RoomSummary[]>
    users: OpenCell<ReadonlyMap<string, User>>
    blocked: OpenCell<ReadonlySet<string>>
    waiting: OpenCell<readonly Waiting[]>
  }
  /** The session is over; the link is closed. */
  onEnded: (reason: EndReason) => void
  /** Who the server takes us for. If that is somebody else, this home must be closed before it returns. [S9] */
  onUser: (user: User) => void
}

/** Names asked for with a room; of a large one the rest when they are needed. */
const membersNamed = 200

export type Home = ReturnType<typeof openHome>

export function openHome(user: User, needs: HomeNeeds) {
  const { shelf, http, api, openLink, tabs, clock, random, newId, cells } = needs
  const userId = user.id
  let link: Link | null = null
  let stopWatching = () => {}

  const isOnline = () => link?.status.get().state === 'online'
  const call: Call = async (name, input) => (link === null ? refused('unavailable', true) : link.call(name, input))
  const marksOf = (roomId: string) => ({ failed: outbox.hasFailed(roomId), draft: texts.has(roomId) })

  const users = openUsers({ http, shelf, clock, random, users: cells.users })
  const texts = openTexts({ shelf, clock, onChange: (roomId) => rooms.refresh(roomId) })
  const outbox = openOutbox({
    userId,
    shelf,
    call,
    isOnline,
    tabs,
    clock,
    random,
    newId,
    onChange(roomId) {
      loaded.get(roomId)?.room.render()
      rooms.refresh(roomId)
      cells.waiting.set(outbox.all())
    },
    onSent(message, sent) {
      loaded.get(message.roomId)?.room.takeSent(message, sent)
      rooms.takeMessages(message.roomId, [message])
    },
  })
  const blocks = openBlocks({ shelf, cell: cells.blocked })
  const rooms = openRooms({ user, shelf, clock, cell: cells.rooms, marksOf, isBlocked: blocks.has })
  const reads = openReads({ call, clock, rooms })
  const change = openChange({ call, link: cells.link, clock })
  const loaded = openLoadedRooms({ load })
  const directs = openDirects({ api, rooms, onMembers: users.need })
  const { onUser } = needs
  const heard = openHeard({ userId, shelf, rooms, loaded, reads, users, blocks, outbox, onUser, onRooms: directs.look })

  function load(roomId: string): LoadedRoom {
    const presence = openPresence({ userId, clock, tell: () => void call('member:typing', { roomId }) })
    const drafts = () => outbox.of(roomId)
    const onMessages = (messages: readonly Message[]) => {
      for (const { id, authorId } of messages) if (authorId === userId) outbox.arrived(roomId, id)
      rooms.takeMessages(roomId, messages)
      presence.takeMessages(messages)
      users.need(messages.map(({ authorId }) => authorId))
    }
    const onRoom = rooms.setRoom
    const room = openRoom({ roomId, userId, call, isOnline, shelf, clock, random, drafts, onMessages, onRoom })
    room.members.subscribe((members) => users.need(members.slice(0, membersNamed).map((member) => member.userId)))
    return { room, presence, pages: openPages({ room, call }) }
  }

  function connect(): void {
    stopWatching()
    link?.close()
    const opened = openLink({ heard, onEnded: needs.onEnded })
    link = opened
    stopWatching = opened.status.subscribe(cells.link.set)
    cells.link.set(opened.status.get())
  }

  return {
    user,
    /** Resolves when everything on disk that is shown first is known. */
    async load(): Promise<void> {
      await Promise.all([rooms.load(), texts.load(), users.load(), blocks.load()]).catch(() => {}) // the server has the rest
      await outbox.load().catch(() => {})
      users.put([user])
    },
    /** Connects, once more if the session was renewed. */
    connect,
    open(roomId: string): RoomHandle {
      shelf.putNote('lastRoom', roomId).catch(() => {})
      return openHandle({ roomId, loaded: loaded.enter(roomId), rooms, outbox, reads, texts, change })
    },
    markRead(roomId: string): void {
      reads.enter(roomId)
      reads.seen(roomId, rooms.get(roomId)?.head ?? 0)
    },
    markUnread(roomId: string): void {
      const { head } = rooms.get(roomId) ?? { head: 0 }
      if (head === 0) return
      reads.markUnread(roomId, head)
      loaded.get(roomId)?.room.setDivider(head)
    },
    lastRoom: () => shelf.note<string>('lastRoom').catch(() => null),
    needUsers: users.need,
    /** These were settled over HTTP: the word of it may be lost on its way to us. */
    setPreferences: rooms.setPreferences,
    setBlocked: blocks.take,
    reconnect: () => link?.reconnect(),
    keep(): void {
      texts.keep()
      for (const { room } of loaded.all()) room.keep()
    },
    close(): void {
      stopWatching()
      link?.close()
      for (const part of [outbox, loaded, reads, directs, texts, rooms, users]) part.close()
    },
  }
}
