/** A node of the simulation: the real lanes, announcements, resumes, repair and calls, on a clock that stops when it dies. */

import type { Fanout } from '../../server/fanout/fanout.ts'
import type { LiveSocket } from '../../server/fanout/live.ts'
import { openWelcome } from '../../server/gateway/welcome.ts'
import { type Clock, pause } from '../../server/kit/clock.ts'
import { openAnnounce } from '../../server/rooms/announce.ts'
import type { Epoch } from '../../server/rooms/epoch.ts'
import { openHistory } from '../../server/rooms/history.ts'
import { openLanes } from '../../server/rooms/lanes.ts'
import { openMembership } from '../../server/rooms/membership.ts'
import { openRepair } from '../../server/rooms/repair.ts'
import { openResumes } from '../../server/rooms/resume.ts'
import { type MemoryBus, openMemoryFanout } from '../fakes/memory-fanout.ts'
import type { MemoryStore } from '../fakes/memory-store.ts'
import { laneOptions, metrics, silent } from '../kit/rooms.ts'
import type { Seeded } from '../kit/seeded.ts'
import type { Line } from './line.ts'
import type { SimPostgres } from './postgres.ts'

type Needs = {
  name: string
  store: MemoryStore
  postgres: SimPostgres
  bus: MemoryBus
  clock: Clock
  chance: Seeded
  repairOptions: { everyMs: number; hurryMs: number }
  /** Told of every commit that this node announces. */
  onSpan: (span: { roomId: string; base: number; rev: number }) => void
}

export type SimNode = ReturnType<typeof openSimNode>

export function openSimNode({ name, store, postgres, bus, clock, chance, repairOptions, onSpan }: Needs) {
  const state: { isAlive: boolean; isLeaving: boolean } = { isAlive: true, isLeaving: false }
  const lines = new Map<string, Line>()
  const isAlive = () => state.isAlive
  const mine: Clock = { ...clock, after: (delayMs, task) => clock.after(delayMs, () => state.isAlive && task()) }
  const { log, book, users } = postgres.reach(isAlive)
  const epoch: Epoch = { current: () => store.tables.epoch, refresh: async () => false }
  const common = { log, book, users, clock: mine, metrics, logger: silent, epoch }
  const fanout = openMemoryFanout(bus)

  const announce = openAnnounce({
    ...common,
    fanout: {
      toRoom(roomId, event, payload) {
        if (!state.isAlive) return
        if ('base' in payload) onSpan(payload)
        fanout.toRoom(roomId, event, payload)
      },
    },
    boundMs: 100,
  })
  const lanes = openLanes({ ...common, announce, options: laneOptions })
  const membership = openMembership({ ...common, announce, fanout })
  const repair = openRepair({
    ...common,
    fanout,
    look: async (sids) => new Map(sids.map((sid) => [sid, { generation: 1 }])),
    hangUp: () => {
      for (const line of lines.values()) line.cut()
    },
    random: chance.next,
    options: repairOptions,
  })
  const service = {
    ...common,
    lanes,
    resumes: openResumes({ ...common, fanout }),
    history: openHistory(common),
    presence: { watch: async () => {}, arrive() {}, depart() {} },
    budget: { spend: async () => {} },
    log: silent,
    messageLog: log,
    node: { name },
    isAdmin: () => false,
    fanout: {
      ...fanout,
      isBehind: () => false,
      belongs: fanout.hears,
      enter(socketId: string, { userId, rooms }: Parameters<Fanout['enter']>[1]) {
        const line = lines.get(socketId)
        if (line === undefined) return
        const receive = ({ event, payload }: { event: string; payload: unknown }) => line.emit(event, payload)
        for (const { roomId, rev } of rooms) fanout.told.begin(roomId, rev)
        const roomIds = new Set(rooms.map(({ roomId }) => roomId))
        fanout.enter({ id: socketId, who: { userId, sid: userId }, rooms: roomIds, receive, end: line.cut })
      },
    },
  }
  const { welcome } = openWelcome(service)

  return {
    name,
    membership,
    state,
    /** A handshake: everything the socket is first told is gathered before it opens. */
    async admit(userId: string, line: Line): Promise<void> {
      const [[record], standings] = await Promise.all([users.byIds([userId]), book.standings(userId)])
      if (record === undefined || line.isCut() || !state.isAlive) return line.cut()
      const session = { sid: userId, handle: userId, userId, generation: 1, signedInAt: '', userAgent: '' }
      lines.set(line.id, line)
      line.onCut(() => {
        lines.delete(line.id)
        fanout.exit(line.id)
      })
      welcome(line.socket as unknown as LiveSocket, { session, user: record, standings, blocked: [] })
    },
    lines: () => [...lines.values()],
    /** In the middle of whatever it was doing. Its sockets break at once, or stay silent for a while. */
    kill(silenceMs: number): void {
      state.isAlive = false
      fanout.close()
      for (const line of lines.values()) clock.after(silenceMs, line.cut)
    },
    /** As on SIGTERM: everybody is asked to leave, what was accepted is settled. [L7] [D2] */
    async leave(): Promise<void> {
      state.isLeaving = true
      for (const line of lines.values()) line.emit('node:draining', { reconnectInMs: 500 })
      await Promise.all([lanes.drain(), pause(mine, 2_000)])
      await repair.close()
      state.isAlive = false
      fanout.close()
      for (const line of [...lines.values()]) line.cut()
    },
  }
}
