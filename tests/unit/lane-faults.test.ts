import { expect, test } from 'vitest'
import { Refusal } from '../../server/kit/refusal.ts'
import { outageFault, unknownFault } from '../fakes/faults.ts'
import { poison } from '../fakes/troubled-log.ts'
import { openLaneWorld, refusal, watch } from '../kit/rooms.ts'

test('[L8] a draft that cannot be committed fails alone; the others keep their order', async () => {
  const { clock, lanes, store, roomIds, draft } = await openLaneWorld({ commitMs: 1 })
  void lanes.write(draft(1))
  const bodies = ['1', '2', poison, '3', '4', poison, '5', '6', '7']
  const sent = bodies.map((body) => watch(lanes.write(draft(0, { body }))))
  await clock.advance(200)
  for (const [index, body] of bodies.entries()) {
    if (body === poison) expect(sent[index]).toMatchObject(refusal({ code: 'bad-input', definite: true }))
    else expect(sent[index]).toMatchObject({ state: 'resolved', value: { message: { body } } })
  }
  const kept = store.tables.rooms.get(roomIds[0] ?? '')?.messages.map(({ body }) => body)
  expect(kept).toEqual(['1', '2', '3', '4', '5', '6', '7'])
})

test('[L9] what was sent to a room behind a write that found it held waits with it, also when the batch is halved', async () => {
  const { clock, lanes, log, store, roomIds, draft } = await openLaneWorld({ commitMs: 10 })
  const release = log.hold(roomIds[0] ?? '')
  void lanes.write(draft(2))
  const bodies = ['1', '2', '3', '4']
  const sent = bodies.map((body) => watch(lanes.write(draft(0, { body }))))
  const culprit = watch(lanes.write(draft(1, { body: poison })))
  await clock.advance(55) // halved until the first of them has found the room held, alone
  release()
  await clock.advance(200)
  expect(culprit.state).toBe('rejected')
  expect(sent.map(({ state }) => state)).toEqual(['resolved', 'resolved', 'resolved', 'resolved'])
  expect(store.tables.rooms.get(roomIds[0] ?? '')?.messages.map(({ body }) => body)).toEqual(bodies)
})

test('[L3] a resent draft keeps its seq and is not announced twice', async () => {
  const { clock, lanes, told, draft } = await openLaneWorld()
  const write = draft(0)
  const sent = [watch(lanes.write(write)), watch(lanes.write(write))]
  await clock.advance(100)
  sent.push(watch(lanes.write(write)), watch(lanes.write({ ...write, body: 'another' })))
  await clock.advance(100)
  for (const each of sent.slice(0, 3)) expect(each).toMatchObject({ value: { rev: 2, message: { seq: 1 } } })
  expect(sent[3]).toMatchObject(refusal({ code: 'id-taken', definite: true }))
  expect(told).toHaveLength(1)
})

test('[L4] a commit of unknown outcome is refused as not definite, what exists is told, and the lane lives on', async () => {
  const { clock, lanes, log, told, draft } = await openLaneWorld()
  log.fail({ fault: unknownFault(), committed: true })
  const write = draft(0)
  const lost = watch(lanes.write(write))
  await clock.advance(20)
  expect(lost).toMatchObject(refusal({ code: 'unavailable', definite: false, retryInMs: 250 }))
  expect(told).toEqual([{ event: 'room:head', payload: { roomId: write.roomId, rev: 2, head: 1 } }])
  const again = watch(lanes.write(write))
  await clock.advance(50)
  expect(again).toMatchObject({ state: 'resolved', value: { rev: 2, message: { seq: 1 } } })
})

test('[L4] an outage that certainly undid the commit is refused as definite', async () => {
  const { clock, lanes, log, told, draft } = await openLaneWorld()
  log.fail({ fault: outageFault(), committed: false })
  const lost = watch(lanes.write(draft(0)))
  await clock.advance(20)
  expect(lost).toMatchObject(refusal({ code: 'unavailable', definite: true }))
  expect(told).toEqual([])
})

test('[L4] a mistake of ours is nobody knows what: not definite', async () => {
  const { clock, lanes, log, draft } = await openLaneWorld()
  log.fail({ fault: new TypeError('a bug'), committed: true })
  const lost = watch(lanes.write(draft(0)))
  await clock.advance(20)
  expect(lost).toMatchObject(refusal({ code: 'unavailable', definite: false }))
})

test("[L9] what an author sent behind a draft that an outage took fails with it; other people's does not", async () => {
  const { clock, lanes, log, draft } = await openLaneWorld()
  log.fail({ fault: outageFault(), committed: false })
  const first = watch(lanes.write(draft(0, { user: 0 })))
  const behind = watch(lanes.write(draft(0, { user: 0 })))
  const [elsewhere, other] = [watch(lanes.write(draft(1, { user: 0 }))), watch(lanes.write(draft(0, { user: 1 })))]
  await clock.advance(100)
  expect([first.state, behind.state]).toEqual(['rejected', 'rejected'])
  expect(behind).toMatchObject(refusal({ code: 'unavailable', definite: true }))
  expect([elsewhere.state, other.state]).toEqual(['resolved', 'resolved'])
})

test('[C4] [C8] pages are marked before the commit and dropped before the ack, which waits no longer than its bound', async () => {
  const steps: string[] = []
  const hung = Promise.withResolvers<void>()
  const pages = {
    async mark() {
      steps.push('mark')
      return ['a debt']
    },
    async drop() {
      steps.push('drop')
    },
    extend() {
      steps.push('extend')
      return hung.promise
    },
    async dropTails() {
      steps.push('dropTails')
    },
    async outdate() {},
    async leaveMarked() {},
  }
  const { clock, lanes, log, draft } = await openLaneWorld({ pages, commitMs: 2, options: { paceMs: 0 } })
  const sent = watch(lanes.write(draft(0)))
  await clock.advance(50)
  expect([steps, sent.state]).toEqual([['extend'], 'pending'])
  hung.resolve()
  await clock.advance(1)
  expect(sent.state).toBe('resolved')
  const { roomId, authorId: userId } = draft(0)
  const edit = watch(lanes.write({ kind: 'edit', roomId, seq: 1, userId, admin: false, body: 'better' }))
  await clock.advance(10)
  expect(steps).toEqual(['extend', 'mark', 'drop', 'extend'])
  expect(log.calls.at(-1)).toMatchObject({ debts: ['a debt'] })
  expect(edit).toMatchObject({ state: 'resolved', value: { message: { body: 'better' } } })
  const denied = watch(lanes.write({ kind: 'delete', roomId, seq: 9, userId, admin: false }))
  await clock.advance(10)
  expect(steps.slice(4)).toEqual(['mark', 'drop'])
  expect(denied.fault).toBeInstanceOf(Refusal)
})

test('[C4] a draft that was known is acked when the tail it may be missing from is dropped', async () => {
  const steps: string[] = []
  const nothing = async () => {}
  const dropTails = async (roomIds: readonly string[]) => void steps.push(...roomIds)
  const pages = {
    mark: async () => [],
    drop: nothing,
    extend: nothing,
    dropTails,
    outdate: nothing,
    leaveMarked: nothing,
  }
  const { clock, store, lanes, draft } = await openLaneWorld({ pages })
  const write = draft(0)
  await store.log.append([write], { patient: true }) // by a node that died before it told anybody
  const sent = watch(lanes.write(write))
  await clock.advance(20)
  expect(sent).toMatchObject({ state: 'resolved', value: { rev: 2 } })
  expect(steps).toEqual([write.roomId])
})

test('[A2] a cached tail that hangs holds up the ack for its bound, and the next commit not at all', async () => {
  const never = new Promise<void>(() => {})
  const nothing = async () => {}
  const pages = {
    mark: async () => [],
    drop: nothing,
    extend: () => never,
    dropTails: nothing,
    outdate: nothing,
    leaveMarked: nothing,
  }
  const { clock, lanes, draft } = await openLaneWorld({ pages, commitMs: 2 })
  const [first, second] = [watch(lanes.write(draft(0))), watch(lanes.write(draft(1)))]
  await clock.advance(101)
  expect([first.state, second.state]).toEqual(['pending', 'pending'])
  await clock.advance(10)
  expect([first.state, second.state]).toEqual(['resolved', 'resolved'])
})
