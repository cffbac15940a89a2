import { expect, test } from 'vitest'
import { openTestRepair } from '../kit/open-repair.ts'

test('[A1] a room that moved untold is told by a beacon within the period, and one that rests is left alone', async () => {
  const { clock, ears, say, eventsOf, roomId } = await openTestRepair()
  await clock.advance(2_000)
  expect(eventsOf(1)).toEqual(['room:head']) // whoever just came may have missed something too
  await clock.advance(4_000)
  expect(eventsOf(1)).toHaveLength(1)
  await say(3)
  await clock.advance(2_000)
  expect(ears[1]?.heard.at(-1)).toEqual({ event: 'room:head', payload: { roomId, rev: 4, head: 3 } })
  await clock.advance(4_000)
  expect(eventsOf(1)).toHaveLength(2)
})

test('[A1] a room whose frames all arrived needs no beacon; a hole in them does', async () => {
  const { clock, fanout, eventsOf, say, roomId } = await openTestRepair()
  await clock.advance(2_000)
  expect(eventsOf(1)).toEqual(['room:head'])
  const frame = (base: number, rev: number) =>
    fanout.toRoom(roomId, 'room:changes', { roomId, base, rev, head: rev - 1, messages: [] })
  await say(2)
  frame(1, 2)
  frame(2, 3)
  await clock.advance(4_000)
  expect(eventsOf(1)?.slice(1)).toEqual(['room:changes', 'room:changes'])
  await say(2)
  frame(4, 5)
  await clock.advance(2_000)
  expect(eventsOf(1)?.slice(3)).toEqual(['room:changes', 'room:head'])
})

test('[A1] whoever comes in knows where the rooms stand, and is told only what came since', async () => {
  const { clock, fanout, ears, eventsOf, say, roomId } = await openTestRepair()
  for (const { socket } of ears) fanout.exit(socket.id)
  await say(3)
  fanout.told.begin(roomId, 4)
  for (const { socket } of ears) fanout.enter(socket)
  await clock.advance(4_000)
  expect(eventsOf(1)).toEqual([])
  await say(1)
  await clock.advance(2_000)
  expect(eventsOf(1)).toEqual(['room:head'])
})

test('[A1] after a start, when all rooms are news, they are told a thousand at a time', async () => {
  const { clock, eventsOf } = await openTestRepair({ rooms: 2_500 })
  for (const told of [1_000, 2_000, 2_500, 2_500]) {
    await clock.advance(250)
    expect(eventsOf(1)).toHaveLength(told)
  }
})

test('[A1] while other nodes are not reached the changes themselves are pushed, four times a second', async () => {
  const { clock, bus, ears, say, roomId } = await openTestRepair()
  await clock.advance(2_000)
  bus.healthy = false
  await say(2)
  await clock.advance(250)
  expect(ears[1]?.heard.at(-1)).toMatchObject({
    event: 'room:changes',
    payload: { roomId, base: 1, rev: 3, head: 2, messages: [{ seq: 1 }, { seq: 2 }] },
  })
  await say(1)
  await clock.advance(250)
  expect(ears[1]?.heard.at(-1)).toMatchObject({ payload: { base: 3, rev: 4, messages: [{ seq: 3 }] } })
})

test('[A1] when other nodes are reached again, what is lost until all of them are is told as soon as before', async () => {
  const { clock, bus, eventsOf, say } = await openTestRepair()
  await clock.advance(2_000)
  bus.healthy = false
  await clock.advance(1_000)
  bus.healthy = true
  await say(1)
  await clock.advance(250)
  expect(eventsOf(1)).toEqual(['room:head', 'room:head'])
  await say(1)
  await clock.advance(1_000)
  expect(eventsOf(1)).toHaveLength(3)
  await clock.advance(2_000)
  await say(1)
  await clock.advance(250)
  expect(eventsOf(1)).toHaveLength(3)
})

test('[A1] what a push cannot tell is told by a beacon: members who came and went, and too much at once', async () => {
  const { clock, bus, store, ears, say, owner, userIds, roomId } = await openTestRepair({ people: 3 })
  await clock.advance(2_000)
  bus.healthy = false
  await store.book.change({ roomId, title: 'Renamed' }, owner)
  await clock.advance(250)
  expect(ears[1]?.heard.at(-1)).toMatchObject({ event: 'room:changes', payload: { room: { title: 'Renamed' } } })
  await say(1)
  await store.book.removeMember({ roomId, userId: userIds[2] ?? '' }, owner)
  await clock.advance(250)
  expect(ears[1]?.heard.at(-1)).toEqual({ event: 'room:head', payload: { roomId, rev: 4, head: 1 } })
  await say(501)
  await clock.advance(250)
  expect(ears[1]?.heard.at(-1)).toMatchObject({ event: 'room:head', payload: { rev: 505 } })
  await say(1)
  await clock.advance(250)
  expect(ears[1]?.heard.at(-1)).toMatchObject({ event: 'room:changes', payload: { base: 505, rev: 506 } })
})
