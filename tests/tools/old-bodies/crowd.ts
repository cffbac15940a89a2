/** Who edits and who reads: rooms with two pages and a tail, writers that edit for ever, readers that look everywhere. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Message } from '#protocol/wire.ts'
import type { Seeded } from '../../kit/seeded.ts'
import { createRoom, openVisitor, type Person, signUp } from '../../kit/visitor.ts'
import type { Ledger } from './ledger.ts'

type Home = { name: string; url: string }

export type Crowd = {
  /** Rooms that only `edit` changes, for whoever wants to know what happens in them. */
  quiet: readonly string[]
  figures: { edits: number; failedEdits: number; reads: number; hits: number; failedReads: number; fresh: number }
  /** What no read may have shown. */
  wrong: readonly string[]
  /** From now on reads may be so much behind what was acknowledged before they began. */
  forgive(graceMs: number): void
  /** Resolves with whether it was acknowledged, which is noted. */
  edit(node: Home, at: { roomId: string; seq: number }, body: string): Promise<boolean>
  /** Resolves when everybody has stopped. */
  close(): Promise<void>
}

type Needs = { url: string; nodes: readonly Home[]; ledger: Ledger; chance: Seeded; everyMs: number; readers: number }

const messages = 110
const pages = ['?after=0&limit=50', '?after=50&limit=50', '?limit=50'] as const
const boundMs = 8_000

const pageOf = (seq: number) => pages[seq <= 50 ? 0 : seq <= 100 ? 1 : 2]

export async function openCrowd({ url, nodes, ledger, chance, everyMs, readers }: Needs): Promise<Crowd> {
  const person = await signUp(url)
  const rooms = await Promise.all(Array.from({ length: 8 }, () => furnish(person)))
  const [quiet, busy] = [rooms.slice(0, 4), rooms.slice(4)]
  const figures = { edits: 0, failedEdits: 0, reads: 0, hits: 0, failedReads: 0, fresh: 0 }
  const wrong: string[] = []
  let graceMs = 0
  let isOver = false
  let count = 0

  /** As a request of its own, which never waits for ever. */
  function ask(node: Home, method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(node.url + path, {
      method,
      headers: { cookie: person.cookie, origin: node.url, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(boundMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  }

  async function edit(node: Home, { roomId, seq }: { roomId: string; seq: number }, body: string): Promise<boolean> {
    const answer = await ask(node, 'PATCH', `/api/rooms/${roomId}/messages/${seq}`, { body }).catch(() => null)
    const said = answer?.status === 200 ? await answer.json().catch(() => null) : null
    if (said === null) {
      figures.failedEdits += 1
      return false
    }
    ledger.acknowledge(said.message as Message)
    figures.edits += 1
    return true
  }

  async function read(node: Home, roomId: string, page: string): Promise<void> {
    const beganAt = performance.now()
    const mayLagMs = graceMs
    const answer = await ask(node, 'GET', `/api/rooms/${roomId}/messages${page}`).catch(() => null)
    const said = answer?.status === 200 ? await answer.json().catch(() => null) : null
    if (said === null) {
      figures.failedReads += 1
      return
    }
    figures.reads += 1
    if (answer?.headers.get('x-cache') === 'hit') figures.hits += 1
    const source = answer?.headers.get('x-cache') === 'hit' ? 'the cache' : 'the database'
    const by = `${node.name}, ${source}, ${page},`
    const fault = ledger.judge({ beganAt, graceMs: mayLagMs, messages: said.messages, by })
    if (fault !== null) wrong.push(fault)
  }

  async function write(roomId: string): Promise<void> {
    while (!isOver) {
      const seq = chance.between(1, messages)
      const isAcked = await edit(chance.pick(nodes), { roomId, seq }, `edit ${++count}`)
      if (isAcked && graceMs === 0) {
        await Promise.all(nodes.map((node) => read(node, roomId, pageOf(seq))))
        figures.fresh += nodes.length
      }
      await pause(everyMs)
    }
  }

  async function look(): Promise<void> {
    while (!isOver) {
      await read(chance.pick(nodes), chance.pick(rooms), chance.pick(pages))
      await pause(2)
    }
  }

  const lives = [...busy.map(write), ...Array.from({ length: readers }, look)]
  return {
    quiet,
    figures,
    wrong,
    forgive(ms) {
      graceMs = ms
    },
    edit,
    async close() {
      isOver = true
      await Promise.all(lives)
    },
  }
}

/** A public room with messages enough for two pages and a tail. */
async function furnish(person: Person): Promise<string> {
  const room = await createRoom(person, 'public')
  const visitor = openVisitor(person.origin)
  visitor.cookie = person.cookie
  await Promise.all(
    Array.from({ length: messages }, async (_, index) => {
      const { status } = await visitor.post(`/api/rooms/${room.id}/messages`, { body: `message ${index + 1}` })
      if (status !== 201) throw new Error(`unable to furnish a room; ${status}`)
    }),
  )
  return room.id
}
