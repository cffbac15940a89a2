/** Somebody who uses the chat as people do, driven by chance: sends, edits, deletes, reacts, reads, types. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Message, Page } from '#protocol/wire.ts'
import type { Engine, RoomHandle, Row } from '../../../client/engine/face.ts'
import type { Seeded } from '../../kit/seeded.ts'
import type { FinalView } from '../checker/history.ts'
import { follow, type Recorder, until } from './recorder.ts'

type Identity = { client: string; userId: string }

type Needs = {
  who: Identity
  roomIds: readonly string[]
  /** A new engine on the same disk, as a reloaded page would have. */
  boot: () => Promise<Engine>
  recorder: Recorder
  chance: Seeded
  /** Reads history past the engine, where that can be done: the newest page, or the one before a seq. */
  /** How often they read pages, of a hundred times that they do something else. */
  reads?: number
  readPage?: (roomId: string, before: number | null) => Promise<Page | null>
}

export type Person = Awaited<ReturnType<typeof openPerson>>

type Renewal = {
  revoke: () => Promise<void>
  signIn: (engine: Engine) => Promise<void>
  meanwhile: () => Promise<void>
}

/** Whoever is not sent away by then never will be; what they see meanwhile is on record. */
const longestEndMs = 10_000

const habits = { send: 70, edit: 8, remove: 3, react: 10, read: 6, type: 3 }
/** Messages that are still talked about. */
const nearby = 60
const emojis = ['👍', '🎉', '🐢', '❤️']

export async function openPerson({ who, roomIds, boot, recorder, chance, reads = 20, readPage }: Needs) {
  /** Own drafts without an answer yet; they outlive a reload. */
  const drafts = new Set<string>()
  let engine = await enter()
  let handles = openRooms()
  let stop: (() => void)[] = []
  let acting = false
  let isHushed = false
  /** Between two pages nobody can do anything. */
  let away = false
  watch()

  /** A page whose account is known: from the disk, or from the cluster if need be. */
  async function enter(): Promise<Engine> {
    const page = await boot()
    const { state } = await until(page.account, (account) => account.state !== 'loading')
    if (state === 'signed-out') throw new Error(`unable to go on as ${who.client}; the session is gone`)
    return page
  }

  function shut(): void {
    for (const each of stop) each()
    for (const handle of handles) handle.close()
    engine.close()
  }

  function openRooms(): RoomHandle[] {
    return roomIds.map((roomId) => engine.open(roomId))
  }

  function watch(): void {
    stop = handles.map((handle) => follow(recorder, { ...who, handle, drafts }))
    stop.push(
      recorder.followLink(who.client, engine.link),
      engine.account.subscribe((account) => {
        if (account.state !== 'signed-out') return
        recorder.note({ type: 'signed-out', ...who, reason: account.reason ?? 'unknown' })
      }),
    )
  }

  function messagesIn(handle: RoomHandle): Message[] {
    return handle.timeline.get().rows.flatMap((row) => (row.kind === 'message' ? [row.message] : []))
  }

  function send(handle: RoomHandle): void {
    const body = `${who.client} says ${chance.next().toString(36).slice(2)}`
    const id = handle.send(body)
    drafts.add(id)
    recorder.note({ type: 'invoked', op: id, ...who, kind: 'send', roomId: handle.roomId, id, body })
  }

  /** A draft that was refused for certain waits for a decision: once more, or never. */
  function decide(handle: RoomHandle): void {
    for (const row of handle.timeline.get().rows) {
      if (row.kind !== 'draft' || row.draft.state !== 'failed') continue
      const { id } = row.draft
      if (chance.chance(0.5)) handle.retry(id)
      else {
        handle.discard(id)
        drafts.delete(id)
      }
    }
  }

  /** What came of an earlier message of this client, or nothing if there is none. */
  async function touch(handle: RoomHandle, kind: 'edit' | 'remove' | 'react'): Promise<void> {
    const living = messagesIn(handle).filter(({ body }) => body !== null)
    const candidates = kind === 'react' ? living : living.filter(({ authorId }) => authorId === who.userId)
    if (candidates.length === 0) return
    const { seq } = chance.pick(candidates.slice(-nearby))
    const about = { ...who, roomId: handle.roomId, seq }
    if (kind === 'edit') {
      const body = `${who.client} corrects ${chance.next().toString(36).slice(2)}`
      await recorder.change({ ...about, kind, body }, () => handle.edit(seq, body))
    } else if (kind === 'remove') {
      await recorder.change({ ...about, kind: 'delete' }, () => handle.remove(seq))
    } else {
      const emoji = chance.pick(emojis)
      const on = chance.chance(0.7)
      await recorder.change({ ...about, kind, emoji, on }, () => handle.react(seq, emoji, on))
    }
  }

  /** Mostly the newest page, or one of the next, for they change under the reader. */
  async function page({ roomId, timeline }: RoomHandle): Promise<void> {
    const { head } = timeline.get()
    const first = chance.chance(0.8) ? Math.max(2, head - nearby) : 2
    const before = head > 1 && chance.chance(0.6) ? chance.between(first, head) : null
    await recorder.page({ client: who.client, roomId, isNewest: before === null }, async () =>
      readPage === undefined ? null : await readPage(roomId, before),
    )
  }

  async function act(): Promise<void> {
    const handle = chance.pick(handles)
    const habit = chance.weigh({ ...habits, page: readPage === undefined ? 0 : reads })
    decide(handle)
    if (habit === 'send') send(handle)
    else if (habit === 'type') handle.typed()
    else if (habit === 'read') handle.seen(handle.timeline.get().head)
    else if (habit === 'page') await page(handle)
    else await touch(handle, habit)
  }

  return {
    ...who,
    engine: () => engine,

    /** Does one thing, if there is a page to do it on. */
    act: () => (away ? Promise.resolve() : act()),

    /** Lives until told to rest, with about `everyMs` between two deeds. */
    async live(everyMs: number): Promise<void> {
      acting = true
      while (acting) {
        if (!away && !isHushed) await act()
        await pause(everyMs * (0.5 + chance.next()))
      }
    },

    rest(): void {
      acting = false
    },

    /** Does nothing until it may again; whoever is out, or asleep, comes back all the same. */
    hush(isQuiet: boolean): void {
      isHushed = isQuiet
    },

    /** Nothing is done at `sleep`, the page stays as it is until it wakes. */
    async sleep(nap: () => Promise<void>): Promise<void> {
      away = true
      await nap()
      away = false
    },

    /** Closes the page and opens it again, after `meanwhile`: what is on the disk must be enough. */
    async reload(meanwhile: () => Promise<void> = async () => {}): Promise<void> {
      away = true
      shut()
      await meanwhile()
      engine = await enter()
      handles = openRooms()
      watch()
      away = false
    },

    /** Goes through losing the session to another device of theirs, and signs in again after `meanwhile`. */
    async signInAnew({ revoke, signIn, meanwhile }: Renewal): Promise<void> {
      away = true
      await revoke()
      recorder.note({ type: 'barred', userId: who.userId, roomId: 'all' })
      const isOut = until(engine.account, ({ state }) => state === 'signed-out')
      await Promise.race([isOut, pause(longestEndMs, undefined, { ref: false })])
      drafts.clear() // the disk was wiped, and nobody will ever know [S9]
      await meanwhile()
      recorder.note({ type: 'admitted', userId: who.userId, roomId: 'all' })
      for (const each of stop) each()
      for (const handle of handles) handle.close()
      await signIn(engine)
      handles = openRooms()
      watch()
      away = false
    },

    /** Drafts that are neither acknowledged nor refused yet. */
    undecided(): number {
      const failed = handles.flatMap((handle) => handle.timeline.get().rows.filter(isFailed))
      return drafts.size - failed.length
    },

    finals: () => views(messagesIn),

    /** The same without the messages. */
    stands: () => views(() => []),

    close: shut,
  }

  function views(messagesOf: (handle: RoomHandle) => Message[]): FinalView[] {
    const summaries = new Map(engine.rooms.get().map((summary) => [summary.room.id, summary]))
    return handles.flatMap((handle) => {
      const summary = summaries.get(handle.roomId)
      if (summary === undefined) return []
      const { rev, head, unread } = summary
      const members = handle.members.get().map(({ userId }) => userId)
      const here = handle.online.get()
      const online = 'ids' in here ? { online: [...here.ids] } : {}
      return [{ ...who, roomId: handle.roomId, rev, head, unread, messages: messagesOf(handle), members, ...online }]
    })
  }
}

const isFailed = (row: Row) => row.kind === 'draft' && row.draft.state === 'failed'
