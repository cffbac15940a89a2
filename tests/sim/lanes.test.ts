/** Lanes of three nodes under chance: held rooms, poison, outages, retries through other nodes; the seed names the schedule. */
import { randomUUIDv7 } from 'node:crypto'
import { expect, test } from 'vitest'
import { must } from '../../server/kit/must.ts'
import { Refusal } from '../../server/kit/refusal.ts'
import { openAnnounce } from '../../server/rooms/announce.ts'
import { openLanes } from '../../server/rooms/lanes.ts'
import type { Send, Write } from '../../server/store/message-log.ts'
import { outageFault, unknownFault } from '../fakes/faults.ts'
import { type MemoryStore, openMemoryStore } from '../fakes/memory-store.ts'
import { openTroubledLog, poison } from '../fakes/troubled-log.ts'
import { openManualClock } from '../kit/manual-clock.ts'
import { furnish, laneOptions, metrics, silent, watch } from '../kit/rooms.ts'
import { openSeeded, type Seeded } from '../kit/seeded.ts'

type Try = { lane: number; write: Write; seen: ReturnType<typeof watch<{ rev: number; message: { seq: number } }>> }

/** `SEED` plays one schedule again, `SEEDS` says how many new ones. */
const { SEED, SEEDS = SEED === undefined ? '60' : '1' } = process.env
const first = Number(SEED ?? Math.floor(Math.random() * 1e9))
const seeds = Array.from({ length: Number(SEEDS) }, (_, index) => first + index)

async function openNodes(chance: Seeded) {
  const clock = openManualClock()
  const store = openMemoryStore(clock)
  const { userIds, roomIds } = await furnish(store, { people: 5, rooms: 4 })
  const commitMs = () => chance.below(chance.pick([2, 4, 40]))
  const nodes = [0, 1, 2].map(() => {
    const log = openTroubledLog(store.log, { clock, commitMs })
    const common = { log, clock, metrics, logger: silent }
    const announce = openAnnounce({ ...common, fanout: { toRoom() {} }, boundMs: 100 })
    const options = {
      ...laneOptions,
      maxBatch: chance.pick([3, 500]),
      maxWaiting: chance.pick([20, 1_000]),
      maxApart: 2,
    }
    return { log, lanes: openLanes({ ...common, announce, options }) }
  })
  return { clock, store, userIds, roomIds, nodes }
}

async function play(chance: Seeded) {
  const { clock, store, userIds, roomIds, nodes } = await openNodes(chance)
  const tries: Try[] = []
  const holds: (() => void)[] = []

  function attempt(lane: number, write: Write): void {
    tries.push({ lane, write, seen: watch(must(nodes[lane], 'the node is there').lanes.write(write)) })
  }

  function nextWrite(): Write {
    const [roomId, userId] = [chance.pick(roomIds), chance.pick(userIds)]
    const body = chance.below(40) === 0 ? poison : `text ${tries.length}`
    const [seq, kind] = [1 + chance.below(20), chance.weigh({ send: 10, edit: 1, delete: 1, react: 1, pin: 1 })]
    if (kind === 'send') return { kind, roomId, authorId: userId, id: randomUUIDv7(), body }
    if (kind === 'react') return { kind, roomId, userId, seq, emoji: '🙂', on: chance.below(2) === 0 }
    if (kind === 'pin') return { kind, roomId, userId, seq, on: chance.below(2) === 0 }
    return kind === 'edit'
      ? { kind, roomId, userId, seq, admin: false, body }
      : { kind, roomId, userId, seq, admin: false }
  }

  const actions = {
    write: () => attempt(chance.below(3), nextWrite()),
    burst: () => {
      const lane = chance.below(3)
      for (let n = chance.below(10); n >= 0; n--) attempt(lane, nextWrite())
    },
    retry: () => tries.length > 0 && attempt(chance.below(3), chance.pick(tries).write),
    hold: () => void holds.push(chance.pick(nodes).log.hold(chance.pick(roomIds))),
    release: () => holds.shift()?.(),
    outage: () => chance.pick(nodes).log.fail({ fault: outageFault(), committed: false }),
    lost: () => chance.pick(nodes).log.fail({ fault: unknownFault(), committed: chance.below(2) === 0 }),
    wait: () => clock.advance(chance.below(30)),
  }
  for (let step = 0; step < 300; step++) {
    await actions[chance.weigh({ write: 40, burst: 6, retry: 8, hold: 2, release: 3, outage: 1, lost: 1, wait: 30 })]()
  }
  for (const release of holds) release()
  const drained = watch(Promise.all(nodes.map(({ lanes }) => lanes.drain())))
  await clock.advance(20_000)
  return { store, tries, drained }
}

/** What a message with this id says, and where. */
function messagesOf({ tables }: MemoryStore) {
  return new Map([...tables.rooms.values()].flatMap((row) => row.messages.map((message) => [message.id, message])))
}

const sendsOf = (tries: Try[]) => tries.filter((each): each is Try & { write: Send } => each.write.kind === 'send')

const isDefinite = ({ seen }: Try) => seen.fault instanceof Refusal && seen.fault.view.definite

for (const seed of seeds) {
  test(`[L3] [L7] [L8] [L9] [R1] lanes keep their promises under chance (SEED=${seed})`, async () => {
    const { store, tries, drained } = await play(openSeeded(seed))
    const messages = messagesOf(store)
    expect(drained.state, 'all that was accepted is settled').toBe('resolved')
    for (const { room, head, rev, messages: rows } of store.tables.rooms.values()) {
      expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, index) => index + 1))
      expect(head).toBe(rows.length)
      expect(rev, room.title).toBeGreaterThanOrEqual(head + 1)
    }
    const byId = Map.groupBy(sendsOf(tries), ({ write }) => write.id)
    for (const [id, attempts] of byId) {
      const kept = messages.get(id)
      for (const { seen, write } of attempts) {
        expect(seen.state).not.toBe('pending')
        if (write.body === poison) expect(seen.state).toBe('rejected')
        if (seen.value !== undefined)
          expect(kept).toMatchObject({ seq: seen.value.message.seq, authorId: write.authorId })
      }
      if (attempts.every(isDefinite)) expect(kept).toBeUndefined()
    }
    const once = sendsOf(tries).filter(({ write }) => byId.get(write.id)?.length === 1)
    const lines = Map.groupBy(once, ({ lane, write }) => `${lane} ${write.roomId} ${write.authorId}`)
    for (const line of lines.values()) {
      const seqs = line.flatMap(({ seen }) => seen.value?.message.seq ?? [])
      expect(seqs).toEqual(seqs.toSorted((a, b) => a - b))
    }
    expect(tries.filter(({ seen }) => seen.state === 'resolved').length).toBeGreaterThan(50)
  })
}
