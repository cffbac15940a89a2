/** One client of the crowd: the real engine, with a cookie jar, a disk, and one room to talk in. */
import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from '../../../client/engine/clock.ts'
import { openDisk } from '../../../client/engine/disk.ts'
import { openEngine } from '../../../client/engine/engine.ts'
import { openHttp } from '../../../client/engine/http.ts'
import { mintId } from '../../../client/engine/id.ts'
import { openLink } from '../../../client/engine/link.ts'
import { openConnect } from '../../../client/engine/link-socket.ts'
import { openSoleTab } from '../../../client/engine/tabs.ts'
import { openMemoryVault } from '../../../client/engine/vault.ts'
import type { Person } from '../../kit/visitor.ts'
import { follow, type Recorder, until } from '../chaos/recorder.ts'
import type { FinalView } from '../checker/history.ts'
import { openPolling } from './polling.ts'

export type Way = 'websocket' | 'polling'

/** What came over a client while something was done to the cluster. */
export type Fate = {
  way: Way
  name: string
  losses: number
  awayMs: number
  hops: number /** The longest absence, told step by step. */
  trail: string[]
}

type Needs = { url: string; person: Person; way: Way; roomId: string; recorder: Recorder }

export type Client = Awaited<ReturnType<typeof openClient>>

/** Resolves when it is online and shows its room. */
export async function openClient({ url, person, way, roomId, recorder }: Needs) {
  const clock = systemClock
  const cookie = () => person.cookie
  const who = { client: person.user.username, userId: person.user.id }
  const engine = openEngine({
    http: openHttp({
      url,
      clock,
      fetch: (address, init) =>
        fetch(address, { ...init, headers: { ...init.headers, origin: url, cookie: cookie() } }),
    }),
    openLink: (told) =>
      openLink({
        ...told,
        clock,
        random: Math.random,
        connect: way === 'polling' ? openPolling({ url, cookie }) : openConnect({ url, clock, cookie }),
      }),
    openDisk: async () => openDisk(openMemoryVault()),
    tabs: openSoleTab('compose'),
    clock,
    random: Math.random,
    newId: mintId,
  })
  await until(engine.account, ({ state }) => state === 'signed-in')
  await until(engine.link, ({ state }) => state === 'online')
  const handle = engine.open(roomId)
  await until(handle.timeline, ({ loading }) => loading === 'none')

  const drafts = new Set<string>()
  follow(recorder, { ...who, handle, drafts })
  let talking = true
  let fate: Fate = { way, name: who.client, losses: 0, awayMs: 0, hops: 0, trail: [] }
  let lostAt: number | null = null
  let steps: string[] = []
  let node = engine.link.get().node
  engine.link.subscribe((status) => {
    const at = performance.now()
    if (status.state !== 'online') {
      if (lostAt === null) {
        fate.losses += 1
        steps = []
      }
      lostAt ??= at
      steps.push(`${status.state} +${Math.round(at - lostAt)}`)
      return
    }
    if (lostAt !== null && at - lostAt > fate.awayMs) fate = { ...fate, awayMs: at - lostAt, trail: steps }
    lostAt = null
    if (status.node !== node) fate.hops += 1
    node = status.node
  })
  engine.account.subscribe((account) => {
    if (account.state === 'signed-out')
      recorder.note({ type: 'signed-out', ...who, reason: account.reason ?? 'unknown' })
  })

  return {
    /** The node it is at; null while it is at none. */
    node: () => (engine.link.get().state === 'online' ? (engine.link.get().node ?? null) : null),

    /** What came over it since it was last asked. */
    takeFate(): Fate {
      const taken = fate
      fate = { ...fate, losses: 0, awayMs: 0, hops: 0, trail: [] }
      return taken
    },

    /** Says something every `everyMs` or so, until told to rest. */
    async talk(everyMs: number): Promise<void> {
      for (let count = 1; talking; count += 1) {
        await pause(everyMs * (0.5 + Math.random()))
        const body = `${who.client} says ${count}`
        const id = handle.send(body)
        drafts.add(id)
        recorder.note({ type: 'invoked', op: id, ...who, kind: 'send', roomId, id, body })
      }
    },
    rest: () => (talking = false),

    /** Sends without an answer yet. */
    undecided: () => drafts.size,

    finals(): FinalView[] {
      const summary = engine.rooms.get().find(({ room }) => room.id === roomId)
      if (summary === undefined) return []
      const messages = handle.timeline.get().rows.flatMap((row) => (row.kind === 'message' ? [row.message] : []))
      return [{ ...who, roomId, rev: summary.rev, head: summary.head, unread: summary.unread, messages }]
    },

    close() {
      handle.close()
      engine.close()
    },
  }
}
