import { expect, test } from 'vitest'
import { limits } from '#protocol/limits.ts'
import type { Events, Presence as Frame } from '#protocol/wire.ts'
import { openPresence } from '../../server/cluster/presence.ts'
import type { NodeWord, NodeWords } from '../../server/fanout/words.ts'
import { openMemoryRoster } from '../fakes/memory-roster.ts'
import { openManualClock } from '../kit/manual-clock.ts'
import { silentLog } from '../kit/open-redis.ts'
import { standingIn } from '../kit/standing.ts'

const roomId = 'room'

/** One node's presence, with a fan-out that only remembers what each socket was told. */
async function openOne(members: string[]) {
  const clock = openManualClock()
  const words = new Map<NodeWord, ((payload: never) => void)[]>()
  const hears = new Set<string>()
  const told: { socketId: string; atMs: number; frame: Frame }[] = []
  const leaving: ((left: { socketId: string; roomId: string }) => void)[] = []
  const catching: ((socketId: string) => void)[] = []
  const readings: { count: number; gate: Promise<void>; fails: boolean } = {
    count: 0,
    gate: Promise.resolve(),
    fails: false,
  }

  const presence = openPresence({
    node: { name: 'a' },
    roster: openMemoryRoster({ clock }),
    async membersOf(roomIds) {
      readings.count += 1
      const found = new Map(roomIds.map((id) => [id, [...members]]))
      await readings.gate
      if (readings.fails) throw new Error('unable to read')
      return found
    },
    fanout: {
      toNodes: (word, payload) => words.get(word)?.forEach((handler) => void handler(payload as never)),
      onNodes: (word, handler) => void words.set(word, [...(words.get(word) ?? []), handler]),
      toSocketsHere(socketIds, _, payload) {
        const frame = payload as Events['room:presence']
        for (const socketId of socketIds) told.push({ socketId, atMs: clock.ticks(), frame })
      },
      onLeave: (handler) => void leaving.push(handler),
      onCaughtUp: (handler) => void catching.push(handler),
      hears: (socketId) => hears.has(socketId),
    },
    clock,
    log: silentLog,
  })
  const say = <Word extends NodeWord>(word: Word, payload: NodeWords[Word]) =>
    words.get(word)?.forEach((handler) => void handler(payload as never))

  return {
    clock,
    presence,
    members,
    readings,
    told,
    say,
    framesOf: (socketId: string) => told.filter((one) => one.socketId === socketId).map(({ frame }) => frame),
    async watch(socketId: string) {
      hears.add(socketId)
      await presence.watch({ socketId, roomId })
    },
    leave(socketId: string) {
      hears.delete(socketId)
      for (const handler of leaving) handler({ socketId, roomId })
    },
    catchUp(socketId: string) {
      for (const handler of catching) handler(socketId)
    },
  }
}

test('[P1] a watcher is told the state once, then differences, and nothing after it left', async () => {
  const { clock, presence, watch, leave, framesOf } = await openOne(['ann', 'bob'])
  presence.arrive('ann')
  await watch('s1')
  expect(framesOf('s1')).toEqual([{ roomId, online: ['ann'] }])
  presence.arrive('bob')
  await clock.advance(1_500)
  expect(framesOf('s1').at(-1)).toEqual({ roomId, joined: ['bob'], left: [] })
  leave('s1')
  presence.depart('bob')
  await clock.advance(10_000)
  expect(framesOf('s1')).toHaveLength(2)
})

test('[P1] a room makes at most one frame a second, however much happens', async () => {
  const people = Array.from({ length: 50 }, (_, index) => `user-${index}`)
  const { clock, presence, watch, told } = await openOne(people)
  await watch('s1')
  for (let turn = 0; turn < 400; turn += 1) {
    const userId = people[turn % people.length] ?? ''
    if (turn % 100 < 50) presence.arrive(userId)
    else presence.depart(userId)
    await clock.advance(50)
  }
  const gaps = told.slice(2).map(({ atMs }, index) => atMs - (told[index + 1]?.atMs ?? 0))
  expect(gaps.length).toBeGreaterThan(3)
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_000)
})

test('[P1] a hundred who come at once share one reading of the members', async () => {
  const { watch, readings, told } = await openOne(['ann'])
  await Promise.all(Array.from({ length: 100 }, (_, index) => watch(`s${index}`)))
  expect(readings.count).toBe(1)
  expect(told).toHaveLength(100)
})

test('[P1] a word about a member is not lost while the members are being read', async () => {
  const { clock, presence, readings, watch, say, framesOf } = await openOne(['ann', 'bob'])
  presence.arrive('cid')
  presence.arrive('bob')
  const { promise, resolve } = Promise.withResolvers<void>()
  readings.gate = promise
  const watching = watch('s1')
  say('room:joined', { roomId, userId: 'cid', standing: standingIn(roomId) })
  say('room:left', { roomId, userId: 'bob' })
  resolve()
  await watching
  await clock.advance(1_500)
  expect(framesOf('s1')).toEqual([
    { roomId, online: ['bob'] },
    { roomId, joined: ['cid'], left: ['bob'] },
  ])
})

test('[P1] who left before the members were read is told nothing, and takes nobody else along', async () => {
  const { presence, readings, watch, leave, framesOf } = await openOne(['ann'])
  presence.arrive('ann')
  const { promise, resolve } = Promise.withResolvers<void>()
  readings.gate = promise
  const both = [watch('s1'), watch('s2')]
  leave('s1')
  resolve()
  await Promise.all(both)
  expect([framesOf('s1'), framesOf('s2')]).toEqual([[], [{ roomId, online: ['ann'] }]])
})

test('[P1] while members cannot be read nothing is told, and as soon as they can be, all who still hear the room are told', async () => {
  const { clock, presence, readings, watch, leave, framesOf } = await openOne(['ann'])
  presence.arrive('ann')
  readings.fails = true
  await Promise.all([watch('s1'), watch('s2'), watch('s3')])
  await clock.advance(10_000)
  expect(framesOf('s1')).toEqual([])
  expect(readings.count, 'one question a second, however many wait for it').toBeLessThan(12)
  leave('s2')
  readings.fails = false
  await clock.advance(1_200)
  for (const socketId of ['s1', 's3']) expect(framesOf(socketId)).toEqual([{ roomId, online: ['ann'] }])
  expect(framesOf('s2')).toEqual([])
  presence.depart('ann')
  await clock.advance(5_000)
  expect(framesOf('s1').at(-1)).toEqual({ roomId, joined: [], left: ['ann'] })
})

test('[P1] a lost word about a member heals within half a minute', async () => {
  const { clock, presence, members, watch, framesOf } = await openOne(['ann', 'bob'])
  presence.arrive('bob')
  presence.arrive('cid')
  await watch('s1')
  members.splice(1, 1, 'cid')
  await clock.advance(35_000)
  expect(framesOf('s1').at(-1)).toEqual({ roomId, joined: ['cid'], left: ['bob'] })
})

test('[A3] a socket that was spared presence is told the state anew', async () => {
  const { presence, watch, catchUp, framesOf } = await openOne(['ann'])
  presence.arrive('ann')
  await watch('s1')
  catchUp('s1')
  catchUp('s2')
  expect(framesOf('s1')).toEqual([
    { roomId, online: ['ann'] },
    { roomId, online: ['ann'] },
  ])
  expect(framesOf('s2')).toEqual([])
})

test('[P1] above its bound a room is told a number', async () => {
  const people = Array.from({ length: limits.presenceNamed + 1 }, (_, index) => `user-${index}`)
  const { clock, presence, watch, framesOf } = await openOne(people)
  for (const userId of people.slice(0, 7)) presence.arrive(userId)
  await watch('s1')
  presence.depart('user-0')
  await clock.advance(4_000)
  expect(framesOf('s1')).toEqual([
    { roomId, count: 7 },
    { roomId, count: 6 },
  ])
})
