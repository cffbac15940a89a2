import { expect, test } from 'vitest'
import { openAttendance } from '../../server/cluster/attendance.ts'
import { openHeartbeat } from '../../server/cluster/heartbeat.ts'
import { openOnline } from '../../server/cluster/online.ts'
import type { NodeWords } from '../../server/fanout/words.ts'
import { openMemoryRoster } from '../fakes/memory-roster.ts'
import { openManualClock } from '../kit/manual-clock.ts'
import { openSeeded } from '../kit/seeded.ts'

type Word = NodeWords['presence']

/** Nodes around one roster and one pub/sub that can lose words. */
function openCluster() {
  const clock = openManualClock()
  const roster = openMemoryRoster({ clock })
  const bus: { loses: () => boolean } = { loses: () => false }
  const handlers = new Map<string, (word: Word) => void>()
  const seen = new Map<string, string[]>()

  function openNode(name: string) {
    const told: string[] = []
    seen.set(name, told)
    const online = openOnline({ holdMs: 1_500, onChange: (userId) => told.push(`${userId} ${online.has(userId)}`) })
    const attendance = openAttendance({
      node: { name },
      fanout: {
        toNodes(_, payload) {
          for (const handler of handlers.values()) if (!bus.loses()) handler(payload as Word)
        },
        onNodes: (_, handler) => void handlers.set(name, handler as (word: Word) => void),
      },
      roster,
      online,
      clock,
    })
    const heartbeat = openHeartbeat({
      node: { name, version: '1', build: '', startedAt: '', state: () => 'up', loopDelayMs: () => 0 },
      roster,
      sockets: () => 0,
      details: () => Promise.resolve({} as never),
      clock,
    })
    return {
      name,
      told,
      online,
      attendance,
      sees: (userId: string) => online.has(userId),
      heartbeat,
      /** As a process dies: nothing more is said. */
      async kill() {
        handlers.delete(name)
        const drop = roster.drop
        roster.drop = () => Promise.resolve()
        await Promise.all([attendance.close(), heartbeat.close()])
        roster.drop = drop
      },
    }
  }

  return {
    clock,
    roster,
    bus,
    openNode,
    /** Time passes; the hold is let go of as presence does it. */
    async live(ms: number, nodes: { online: { release(nowMs: number): void } }[]) {
      for (let passed = 0; passed < ms; passed += 250) {
        await clock.advance(250)
        for (const { online } of nodes) online.release(clock.ticks())
      }
    },
  }
}

test('[P1] who comes to one node is online on the others within a moment', async () => {
  const { clock, openNode, live } = openCluster()
  const [a, b] = [openNode('a'), openNode('b')]
  await live(3_000, [a, b])
  a.attendance.arrive('ann')
  expect(a.sees('ann')).toBe(true)
  await clock.advance(250)
  expect(b.sees('ann')).toBe(true)
})

test('[P2] who hops, drained or dropped, with one socket or two, never flickers on any node', async () => {
  const { openNode, live } = openCluster()
  const nodes = [openNode('a'), openNode('b'), openNode('c')]
  const [a, b, c] = nodes as [(typeof nodes)[0], (typeof nodes)[0], (typeof nodes)[0]]
  a.attendance.arrive('ann')
  a.attendance.arrive('ann')
  await live(3_000, nodes)
  a.attendance.depart('ann')
  a.attendance.depart('ann')
  await live(1_000, nodes)
  b.attendance.arrive('ann')
  await live(4_000, nodes)
  c.attendance.arrive('ann') // the next connection first
  await live(250, nodes)
  b.attendance.depart('ann')
  await live(4_000, nodes)
  expect(nodes.map(({ told }) => told)).toEqual([['ann true'], ['ann true'], ['ann true']])
  c.attendance.depart('ann')
  await live(2_500, nodes)
  expect(nodes.map(({ told }) => told.at(-1))).toEqual(['ann false', 'ann false', 'ann false'])
})

test('[P2] the people of a dead node leave within two beats and a sweep, but who came back elsewhere stays', async () => {
  const { openNode, live } = openCluster()
  const [a, b] = [openNode('a'), openNode('b')]
  b.attendance.arrive('ann')
  b.attendance.arrive('bob')
  await live(4_000, [a, b])
  await b.kill()
  a.attendance.arrive('bob')
  await live(3_500, [a])
  expect(a.told).toEqual(['ann true', 'bob true', 'ann false'])
})

test('[P2] an outage of the roster makes nobody leave, however long', async () => {
  const { roster, openNode, live } = openCluster()
  const [a, b] = [openNode('a'), openNode('b')]
  b.attendance.arrive('ann')
  await live(4_000, [a, b])
  for (let outage = 0; outage < 10; outage += 1) {
    roster.setAway(true)
    await live(10_000, [a, b])
    roster.setAway(false)
    await live(4_000, [a, b])
  }
  expect(a.told).toEqual(['ann true'])
})

test('[P1] lost words, a lost roster and an outage heal by themselves', async () => {
  const { roster, bus, openNode, live } = openCluster()
  const [a, b] = [openNode('a'), openNode('b')]
  await live(4_000, [a, b])
  bus.loses = () => true
  b.attendance.arrive('ann')
  await live(1_500, [a, b])
  expect(a.sees('ann')).toBe(true)
  roster.wipe()
  b.attendance.arrive('bob')
  await live(3_000, [a, b])
  expect(a.sees('bob')).toBe(true)
  roster.setAway(true)
  b.attendance.arrive('cid')
  b.attendance.depart('ann')
  await live(3_000, [a, b])
  roster.setAway(false)
  await live(4_000, [a, b])
  expect([a.sees('ann'), a.sees('bob'), a.sees('cid')]).toEqual([false, true, true])
})

test('[P1] a roster that lost its tables gets them again, though nobody moves', async () => {
  const { roster, openNode, live } = openCluster()
  const a = openNode('a')
  a.attendance.arrive('ann')
  await live(4_000, [a])
  roster.wipe()
  await live(3_000, [a])
  expect((await roster.usersOf('a')).userIds).toEqual(['ann'])
})

test('[P1] [P2] after any mixture of arrivals, hops, losses, outages and deaths all nodes agree with the truth', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const { below: random } = openSeeded(seed)
  for (let run = 0; run < 5; run += 1) {
    const { roster, bus, openNode, live } = openCluster()
    let nodes = ['a', 'b', 'c'].map(openNode)
    const places: { userId: string; node: (typeof nodes)[0] }[] = []
    bus.loses = () => random(4) === 0
    for (let step = 0; step < 150; step += 1) {
      const deed = random(20)
      const node = nodes[random(nodes.length)] as (typeof nodes)[0]
      if (deed < 8) {
        const userId = `user-${random(12)}`
        node.attendance.arrive(userId)
        places.push({ userId, node })
      } else if (deed < 14) {
        const [gone] = places.splice(random(places.length), 1)
        gone?.node.attendance.depart(gone.userId)
      } else if (deed === 14) roster.setAway(random(2) === 0)
      else if (deed === 15 && random(3) === 0) roster.wipe()
      else if (deed === 16 && random(4) === 0) {
        await node.kill()
        for (const place of places.filter((one) => one.node === node)) places.splice(places.indexOf(place), 1)
        nodes = nodes.map((one) => (one === node ? openNode(random(2) === 0 ? node.name : `${node.name}+`) : one))
      } else await live(250 * random(4), nodes)
    }
    roster.setAway(false)
    await live(12_000, nodes)
    const truth = new Set(places.map(({ userId }) => userId))
    for (const { name, sees } of nodes) {
      const seen = Array.from({ length: 12 }, (_, index) => `user-${index}`).filter(sees)
      expect(new Set(seen), `seed ${seed}, run ${run}, node ${name}`).toEqual(truth)
    }
  }
})
