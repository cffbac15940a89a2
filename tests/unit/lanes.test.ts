import { expect, test } from 'vitest'
import { openLaneWorld, refusal, watch } from '../kit/rooms.ts'

const sizesOf = (calls: { writes: readonly unknown[] }[]) => calls.map(({ writes }) => writes.length)

test('[L6] a write in an idle lane is committed at once', async () => {
  const { lanes, log, draft } = await openLaneWorld()
  void lanes.write(draft(0))
  expect(sizesOf(log.calls)).toEqual([1])
})

test('[L2] an ack follows the commit, never precedes it', async () => {
  const { clock, lanes, store, draft } = await openLaneWorld({ commitMs: 10 })
  const write = draft(0)
  const sent = watch(lanes.write(write))
  await clock.advance(9)
  expect(sent).toEqual({ state: 'pending' })
  await clock.advance(1)
  expect(sent).toMatchObject({ state: 'resolved', value: { rev: 2, message: { seq: 1, id: write.id } } })
  expect(await store.log.find(write.roomId, [write.id])).toHaveLength(1)
})

test('[L1] writes that arrive during a commit share the next one, across rooms', async () => {
  const { clock, lanes, log, told, draft } = await openLaneWorld({ rooms: 4 })
  const sent = [0, 1, 2, 3, 1].map((room) => watch(lanes.write(draft(room))))
  await clock.advance(100)
  expect(sizesOf(log.calls)).toEqual([1, 4])
  expect(sent.every(({ state }) => state === 'resolved')).toBe(true)
  expect(told.map(({ payload }) => payload.roomId)).toHaveLength(4) // one frame per room and commit [A4]
})

test('[L1] under load commits begin the patience apart; a calm lane never waits', async () => {
  const { clock, lanes, log, draft } = await openLaneWorld({ rooms: 3, commitMs: 1, options: { patienceMs: 5 } })
  void lanes.write(draft(0))
  await clock.advance(2)
  const second = watch(lanes.write(draft(1)))
  void lanes.write(draft(2))
  await clock.advance(2)
  expect(sizesOf(log.calls)).toEqual([1])
  await clock.advance(2)
  expect(sizesOf(log.calls)).toEqual([1, 2])
  expect(second.state).toBe('resolved')
})

test('[L1] a hot room rests its pace between two commits and delays no other', async () => {
  const { clock, lanes, log, draft } = await openLaneWorld({ commitMs: 2 })
  const hot: ReturnType<typeof watch>[] = []
  const calm: ReturnType<typeof watch>[] = []
  for (let ms = 0; ms < 100; ms++) {
    hot.push(watch(lanes.write(draft(0))))
    if (ms === 30) calm.push(watch(lanes.write(draft(1))))
    if (ms === 38) expect(calm[0]?.state).toBe('resolved')
    await clock.advance(1)
  }
  await clock.advance(50)
  expect(hot.every(({ state }) => state === 'resolved')).toBe(true)
  expect(log.calls.filter(({ writes }) => writes.some(({ roomId }) => roomId === draft(0).roomId))).toHaveLength(5)
})

test('[L1] a room with more waiting than a batch can hold leaves the others their share', async () => {
  const { clock, lanes, log, draft } = await openLaneWorld({ commitMs: 2, options: { maxBatch: 10, paceMs: 0 } })
  void lanes.write(draft(0))
  for (let n = 0; n < 200; n++) void lanes.write(draft(0))
  const calm = watch(lanes.write(draft(1)))
  await clock.advance(12)
  expect(calm.state).toBe('resolved')
  expect(sizesOf(log.calls).slice(0, 2)).toEqual([1, 10]) // and takes what they leave
})

test('[L1] a held room waits in a lane of its own, with all that waits for it, and returns', async () => {
  const { clock, lanes, log, roomIds, draft } = await openLaneWorld({ commitMs: 2 })
  const release = log.hold(roomIds[0] ?? '')
  const held = [1, 2, 3].map((n) => watch(lanes.write(draft(0, { body: `${n}` }))))
  const calm = watch(lanes.write(draft(1)))
  await clock.advance(100)
  expect(calm.state).toBe('resolved')
  held.push(watch(lanes.write(draft(0, { body: '4' }))))
  await clock.advance(100)
  expect(held.map(({ state }) => state)).toEqual(['pending', 'pending', 'pending', 'pending'])
  expect(log.calls.filter(({ patient }) => patient)).toHaveLength(1)
  release()
  await clock.advance(100)
  expect(held.map(({ value }) => (value as { message: { seq: number } }).message.seq)).toEqual([1, 2, 3, 4])
  expect(log.calls.at(-1)?.patient).toBe(false)
})

test('[L1] held rooms take no more connections than there are lanes to spare', async () => {
  const { clock, lanes, log, roomIds, draft } = await openLaneWorld({ rooms: 9, commitMs: 2, options: { maxApart: 2 } })
  const releases = roomIds.slice(0, 8).map((roomId) => log.hold(roomId))
  const held = releases.map((_, room) => watch(lanes.write(draft(room))))
  await clock.advance(200)
  expect(log.calls.filter(({ patient }) => patient)).toHaveLength(2)
  const calm = watch(lanes.write(draft(8)))
  await clock.advance(20)
  expect(calm.state).toBe('resolved')
  for (const release of releases) release()
  await clock.advance(100)
  expect(held.every(({ state }) => state === 'resolved')).toBe(true)
})

test('[L5] a full lane refuses at once and for certain', async () => {
  const { lanes, draft } = await openLaneWorld({ options: { maxWaiting: 3 } })
  const sent = [1, 2, 3, 4, 5].map(() => watch(lanes.write(draft(0))))
  await Promise.resolve()
  expect(lanes.waiting()).toBe(3)
  await new Promise((resolve) => setImmediate(resolve))
  expect(sent[4]).toMatchObject(refusal({ code: 'overloaded', definite: true, retryInMs: 250 }))
  expect(sent.slice(0, 4).every(({ state }) => state === 'pending')).toBe(true)
})

test('[L6] a write that comes at whatever moment a commit ends is not left sleeping', async () => {
  for (let depth = 0; depth < 20; depth++) {
    const { clock, lanes, log, roomIds, draft } = await openLaneWorld({ options: { paceMs: 0, patienceMs: 0 } })
    const late: ReturnType<typeof watch>[] = []
    const { append } = log
    log.append = async (writes, options) => {
      const appended = await append(writes, options)
      let moment = Promise.resolve()
      for (let step = 0; step < depth; step++) moment = moment.then()
      if (late.length === 0) void moment.then(() => late.push(watch(lanes.write(draft(1)))))
      return appended
    }
    void lanes.write(draft(0))
    await clock.advance(50)
    expect([depth, roomIds.length, late[0]?.state]).toEqual([depth, 3, 'resolved'])
  }
})

test('[L7] a drain resolves when all that was accepted is settled, and accepts nothing more', async () => {
  const { clock, lanes, log, roomIds, draft } = await openLaneWorld()
  const release = log.hold(roomIds[2] ?? '')
  const sent = [0, 1, 2, 2].map((room) => watch(lanes.write(draft(room))))
  const drained = watch(lanes.drain())
  const late = watch(lanes.write(draft(0)))
  await clock.advance(100)
  expect(late).toMatchObject(refusal({ code: 'draining', definite: true }))
  expect([drained.state, sent.map(({ state }) => state)]).toEqual([
    'pending',
    ['resolved', 'resolved', 'pending', 'pending'],
  ])
  release()
  await clock.advance(100)
  expect(sent.every(({ state }) => state === 'resolved')).toBe(true)
  expect(drained.state).toBe('resolved')
  expect(watch(lanes.drain())).toBeDefined()
})

test('[L7] a lane closed before its time refuses what it did not begin', async () => {
  const { clock, lanes, draft } = await openLaneWorld()
  const sent = [0, 0].map((room) => watch(lanes.write(draft(room))))
  lanes.close()
  await clock.advance(100)
  expect(sent[0]?.state).toBe('resolved')
  expect(sent[1]).toMatchObject(refusal({ code: 'draining', definite: true }))
})

test('[A4] one commit takes no more of a room than fits its frame', async () => {
  const { clock, lanes, told, draft } = await openLaneWorld({ options: { paceMs: 0 } })
  void lanes.write(draft(1))
  const sent = Array.from({ length: 200 }, () => watch(lanes.write(draft(0, { body: 'ü'.repeat(4_000) }))))
  await clock.advance(500)
  expect(sent.every(({ state }) => state === 'resolved')).toBe(true)
  expect(new Set(told.map(({ event }) => event))).toEqual(new Set(['room:changes']))
})
