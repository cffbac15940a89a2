/** What is kept running, what is left down: with children made of nothing and a clock that moves when told. */
import { expect, test } from 'vitest'
import type { Child, Exit } from '../../../infra/local/child.ts'
import { openKeeper } from '../../../infra/local/keeper.ts'
import { openManualClock } from '../../kit/manual-clock.ts'

function openStage() {
  const clock = openManualClock()
  const heard: string[] = []
  const said: string[] = []
  let pid = 0
  let startable = true
  const living: { die: (exit: Exit) => void }[] = []

  async function start(): Promise<Child> {
    if (!startable) throw new Error('unable to start')
    const { promise, resolve } = Promise.withResolvers<Exit>()
    pid += 1
    const end = async (signal: NodeJS.Signals) => {
      heard.push(signal)
      resolve({ code: null, signal })
      return promise
    }
    living.push({ die: resolve })
    return {
      name: 'node-1',
      pid,
      exited: promise,
      isGone: () => false,
      signal: (signal) => void heard.push(signal),
      kill: () => end('SIGKILL'),
      end,
      lastLines: async () => '',
    }
  }

  const keeper = openKeeper({
    name: 'node-1',
    clock,
    start,
    ending: { signal: 'SIGTERM', graceMs: 1_000 },
    onDeath: ({ restInMs }) => said.push(`rests ${restInMs}`) > 0,
    onReturn: () => said.push('back'),
  })
  return {
    keeper,
    clock,
    heard,
    said,
    /** The child that runs ends by itself. */
    die: () => living.at(-1)?.die({ code: 1, signal: null }),
    allow(is: boolean) {
      startable = is
    },
  }
}

test('a child that dies by itself comes back, each time after a longer rest', async () => {
  const { keeper, clock, said, die } = openStage()
  await keeper.start()
  for (const restInMs of [250, 500, 1_000]) {
    die()
    await clock.advance(0)
    expect(keeper.state()).toBe('resting')
    await clock.advance(restInMs)
    expect(keeper.state()).toBe('up')
  }
  expect(said).toEqual(['rests 250', 'back', 'rests 500', 'back', 'rests 1000', 'back'])
  expect(keeper.restarts()).toBe(3)
})

test('one that ran long rests short again', async () => {
  const { keeper, clock, said, die } = openStage()
  await keeper.start()
  die()
  await clock.advance(250)
  await clock.advance(31_000)
  die()
  await clock.advance(0)
  expect(said.at(-1)).toBe('rests 250')
})

test('a restart that fails is tried again', async () => {
  const { keeper, clock, die, allow } = openStage()
  await keeper.start()
  allow(false)
  die()
  await clock.advance(5_000)
  expect(keeper.state()).toBe('resting')
  allow(true)
  await clock.advance(10_000)
  expect(keeper.state()).toBe('up')
})

test.for(['kill', 'stop'] as const)('after %s it stays down until start', async (verb) => {
  const { keeper, clock, heard } = openStage()
  await keeper.start()
  await keeper[verb]()
  expect(heard.at(-1)).toBe(verb === 'kill' ? 'SIGKILL' : 'SIGTERM')
  await clock.advance(60_000)
  expect(keeper.state()).toBe('down')
  await keeper.start()
  expect(keeper.state()).toBe('up')
})

test('a kill while it rests keeps it down', async () => {
  const { keeper, clock, die } = openStage()
  await keeper.start()
  die()
  await clock.advance(0)
  await keeper.kill()
  await clock.advance(60_000)
  expect(keeper.state()).toBe('down')
})

test('a start while it rests does not wait, and makes no second one', async () => {
  const { keeper, clock, die } = openStage()
  await keeper.start()
  die()
  await clock.advance(0)
  await keeper.start()
  await clock.advance(60_000)
  expect(keeper.child()?.pid).toBe(2)
})

test('a paused one is left alone; stopping it wakes it first, or it would not hear', async () => {
  const { keeper, heard } = openStage()
  await keeper.start()
  await keeper.pause()
  expect(keeper.state()).toBe('paused')
  await expect(keeper.pause()).rejects.toThrow(/paused/)
  await keeper.resume()
  await keeper.pause()
  await keeper.stop()
  expect(heard).toEqual(['SIGSTOP', 'SIGCONT', 'SIGSTOP', 'SIGCONT', 'SIGTERM'])
})

test('what cannot be is refused', async () => {
  const { keeper } = openStage()
  await expect(keeper.pause()).rejects.toThrow(/down/)
  await expect(keeper.resume()).rejects.toThrow(/down/)
  await keeper.start()
  await expect(keeper.start()).rejects.toThrow(/up/)
  await expect(keeper.resume()).rejects.toThrow(/up/)
})
