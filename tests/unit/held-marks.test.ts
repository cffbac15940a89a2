import { expect, test } from 'vitest'
import { openHeldMarks } from '../../server/cache/held-marks.ts'
import { openManualClock } from '../kit/manual-clock.ts'

const key = '{room}:page:1'

/** A Redis of each role that writes down what it is told; `isAway` refuses it. */
function open() {
  const clock = openManualClock()
  const told: string[] = []
  const redis: { isAway: boolean; connection: number } = { isAway: false, connection: 1 }
  const unmarking: { isInVain: boolean } = { isInVain: false }
  const dropping = { after: async () => {} }
  const faults: unknown[] = []
  const tell = (what: string) => async () => {
    if (redis.isAway) throw new Error('unable to reach it')
    told.push(what)
  }
  const held = openHeldMarks({
    leases: {
      async invalidate() {
        await tell('invalidate')()
        await dropping.after()
      },
    },
    marks: {
      mark: async (_, writer) => await tell(`mark as ${writer}`)(),
      async unmark(_, writers) {
        if (unmarking.isInVain) throw new Error('unable to unmark')
        await tell(`unmark ${writers}`)()
      },
      connection: () => (redis.isAway ? null : redis.connection),
    },
    clock,
    owe: async (keys) => void told.push(`owe ${keys}`),
    onFault: (fault) => faults.push(fault),
    writer: 'node-1',
  })
  return { held, clock, told, redis, faults, unmarking, dropping }
}

/** Found on running nodes: an edit tried in vain and at once again lost its mark to the first try's way out. */
test('[C8] a mark that another commit of the node holds is not taken away', async () => {
  const { held, clock, told } = open()
  await held.take([key])
  await held.take([key])
  held.release([key])
  await clock.advance(500)
  expect(told).toEqual(['mark as node-1 1', 'invalidate'])
  expect(held.isHeld(key)).toBe(true)
  held.release([key])
  await clock.advance(500)
  expect(told).toEqual(['mark as node-1 1', 'invalidate', 'invalidate', 'unmark node-1 1'])
  expect(held.isHeld(key)).toBe(false)
})

test('[C8] who edits again within a moment says nothing to Redis, and whoever comes later marks anew', async () => {
  const { held, clock, told } = open()
  await held.take([key])
  held.release([key])
  await clock.advance(90)
  await held.take([key])
  held.release([key])
  await clock.advance(90)
  expect(told).toEqual(['mark as node-1 1', 'invalidate'])
  await clock.advance(200)
  await held.take([key])
  expect(told).toEqual([
    'mark as node-1 1',
    'invalidate',
    'invalidate',
    'unmark node-1 1',
    'mark as node-1 1',
    'invalidate',
  ])
})

test('[C8] a mark is trusted for a second: Redis may have been killed and have forgotten it', async () => {
  const { held, clock, told } = open()
  for (let edit = 0; edit < 30; edit++) {
    await held.take([key])
    await clock.advance(50)
    held.release([key])
  }
  expect(told).toEqual(['mark as node-1 1', 'invalidate', 'mark as node-1 1', 'invalidate'])
})

test('[C8] a mark that could not be made is not trusted', async () => {
  const { held, told, redis } = open()
  redis.isAway = true
  await expect(held.take([key])).rejects.toThrow('unable to reach it')
  redis.isAway = false
  await held.take([key])
  expect(told).toEqual(['mark as node-1 1', 'invalidate'])
})

test('[C8] what could not be dropped stays marked, until that runs out', async () => {
  const { held, clock, told } = open()
  await held.take([key])
  held.leave([key])
  await clock.advance(1_000)
  expect(told).toEqual(['mark as node-1 1', 'invalidate'])
  expect(held.isHeld(key)).toBe(false)
})

test('[C8] a commit of unknown outcome leaves a mark that the next commit cannot take away', async () => {
  const { held, clock, told, redis } = open()
  await held.take([key])
  await held.outlast([key])
  expect(told.at(-1)).toBe('mark as unknown')
  expect(held.isHeld(key)).toBe(false)

  await held.take([key])
  redis.isAway = true
  await expect(held.outlast([key])).rejects.toThrow('unable to reach it')
  redis.isAway = false
  await held.take([key])
  held.release([key])
  await clock.advance(59_000)
  expect(told.some((word) => word.startsWith('unmark'))).toBe(false)
  await clock.advance(2_000)
  expect(held.isHeld(key)).toBe(false)
})

test('what only lingers is taken away when the node goes, and what cannot be is told', async () => {
  const { held, told, unmarking, faults } = open()
  await held.take([key])
  held.release([key])
  await held.close()
  expect(told.at(-1)).toBe('unmark node-1 1')

  await held.take([key])
  held.release([key])
  unmarking.isInVain = true
  await held.close()
  expect(faults).toHaveLength(1)
})

test('[C8] what is marked and dropped is kept out until a second has passed, or the connection it was marked through is gone', async () => {
  const { held, clock, redis } = open()
  expect(held.isKeptOut([key])).toBe(false)
  await held.take([key])
  expect(held.isKeptOut([key])).toBe(true)
  expect(held.isKeptOut([key, '{room}:page:2'])).toBe(false)
  redis.connection = 2
  expect(held.isKeptOut([key])).toBe(false)
  await held.take([key])
  expect(held.isKeptOut([key])).toBe(true)
  redis.isAway = true
  expect(held.isKeptOut([key])).toBe(false)
  redis.isAway = false
  await clock.advance(1_000)
  expect(held.isKeptOut([key])).toBe(false)
})

test('[C8] what cannot be dropped in the end is owed, and stays marked', async () => {
  const { held, clock, told, redis } = open()
  await held.take([key])
  held.release([key])
  redis.isAway = true
  await clock.advance(200)
  expect(told).toEqual(['mark as node-1 1', 'invalidate', `owe ${key}`])
  expect(held.isHeld(key)).toBe(false)
})

test('[C8] what a commit takes while it is being dropped stays marked', async () => {
  const { held, clock, told, dropping } = open()
  await held.take([key])
  held.release([key])
  dropping.after = async () => {
    dropping.after = async () => {}
    await held.take([key])
    held.release([key])
  }
  await clock.advance(100)
  expect(told).toEqual(['mark as node-1 1', 'invalidate', 'invalidate'])
  expect(held.isHeld(key)).toBe(true)
  await clock.advance(200)
  expect(told.slice(3)).toEqual(['invalidate', 'unmark node-1 1'])
})

test('[C8] what a stalled connection takes away late is not what was marked through the next one', async () => {
  const { held, clock, told, redis } = open()
  await held.take([key])
  held.release([key])
  redis.connection = 2
  await held.take([key])
  held.release([key])
  await clock.advance(200)
  const marks = ['mark as node-1 1', 'invalidate', 'mark as node-1 2', 'invalidate']
  expect(told).toEqual([...marks, 'invalidate', 'unmark node-1 1,node-1 2'])
})
