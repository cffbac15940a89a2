import { expect, test } from 'vitest'
import { limits } from '#protocol/limits.ts'
import type { Presence } from '#protocol/wire.ts'
import { openRoomPresence } from '../../server/cluster/room-presence.ts'
import { openSeeded } from '../kit/seeded.ts'

const roomId = 'room'

function openRoom(memberIds: string[], online = new Set<string>()) {
  return { online, presence: openRoomPresence({ roomId, memberIds, isOnline: (userId) => online.has(userId) }) }
}

/** What a watcher makes of a state and all that follows. */
function applied(frames: (Presence | null)[]): Set<string> | number {
  let known: Set<string> | number = 0
  for (const frame of frames) {
    if (frame === null) continue
    if ('count' in frame) known = frame.count
    else if ('online' in frame) known = new Set(frame.online)
    else {
      if (typeof known === 'number') throw new Error('a difference came without the state it is one of')
      for (const userId of frame.joined) expect(known.has(userId), `${userId} joins once`).toBe(false)
      for (const userId of frame.left) expect(known.has(userId), `${userId} leaves once`).toBe(true)
      known = known.union(new Set(frame.joined)).difference(new Set(frame.left))
    }
  }
  return known
}

test('[P1] the state is what was said last, so that differences continue it', () => {
  const { online, presence } = openRoom(['ann', 'bob'], new Set(['ann']))
  expect(presence.state()).toEqual({ roomId, online: ['ann'] })
  online.add('bob')
  presence.touch('bob')
  expect(presence.state()).toEqual({ roomId, online: ['ann'] })
  expect(presence.step()).toEqual({ roomId, joined: ['bob'], left: [] })
  expect(presence.state()).toEqual({ roomId, online: ['ann', 'bob'] })
  expect(presence.step()).toBeNull()
})

test('[P1] who came and went between two frames was never there', () => {
  const { online, presence } = openRoom(['ann'])
  online.add('ann')
  presence.touch('ann')
  online.delete('ann')
  presence.touch('ann')
  expect(presence.step()).toBeNull()
})

test('[P1] strangers who are online are nobody here', () => {
  const { online, presence } = openRoom(['ann'], new Set(['eve']))
  presence.touch('eve')
  online.add('eve')
  expect(presence.step()).toBeNull()
  expect(presence.state()).toEqual({ roomId, online: [] })
})

test('[P1] a large room is counted, and becomes named again when it shrinks', () => {
  const memberIds = Array.from({ length: limits.presenceNamed }, (_, index) => `user-${index}`)
  const { online, presence } = openRoom(memberIds, new Set(memberIds.slice(0, 3)))
  presence.addMember('one more')
  expect(presence.step()).toEqual({ roomId, count: 3 })
  online.add('user-9').add('user-8').delete('user-0')
  for (const userId of memberIds) presence.touch(userId)
  expect(presence.step()).toEqual({ roomId, count: 4 })
  online.add('user-0').delete('user-1')
  for (const userId of memberIds) presence.touch(userId)
  expect(presence.step()).toBeNull()
  presence.removeMember('user-0')
  expect(presence.step()).toEqual({ roomId, online: ['user-2', 'user-8', 'user-9'] })
})

test('[P1] a state and the differences after it are the later state, whatever happens in between', () => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const { below: random } = openSeeded(seed)
  for (let run = 0; run < 100; run += 1) {
    const people = Array.from({ length: 190 + random(30) }, (_, index) => `user-${index}`)
    const { online, presence } = openRoom(people.slice(0, random(people.length)))
    const frames: (Presence | null)[] = [presence.state()]
    for (let step = 0; step < 200; step += 1) {
      const userId = people[random(people.length)] ?? ''
      const deed = random(6)
      if (deed === 0) presence.addMember(userId)
      if (deed === 1) presence.removeMember(userId)
      if (deed === 2 && online.delete(userId)) presence.touch(userId)
      if (deed === 3 && !online.has(userId)) {
        online.add(userId)
        presence.touch(userId)
      }
      if (deed === 4) frames.push(presence.step())
      if (deed === 5 && random(20) === 0) frames.splice(0, frames.length, presence.state())
    }
    frames.push(presence.step())
    const truth = presence.members.intersection(online)
    const expected = presence.members.size > limits.presenceNamed ? truth.size : truth
    expect(applied(frames), `seed ${seed}, run ${run}`).toEqual(expected)
  }
})
