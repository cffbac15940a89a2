import { expect, onTestFinished, test } from 'vitest'
import { openProbe } from '../../server/fanout/probe.ts'
import type { Listener } from '../../server/fanout/subscriber.ts'
import { openManualClock } from '../kit/manual-clock.ts'
import { testMetrics } from '../kit/open-redis.ts'

/** A Redis that carries a word to who listens, unless it is held still. */
function openStage() {
  const clock = openManualClock()
  const turns: boolean[] = []
  const held: (() => void)[] = []
  const redis: { isHeld: boolean } = { isHeld: false }
  let listener: Listener = () => {}
  const client = {
    sPublish(channel: string, message: string) {
      const carry = () => listener(Buffer.from(message), Buffer.from(channel))
      if (redis.isHeld) held.push(carry)
      else queueMicrotask(carry)
    },
    sSubscribe(_: string, hear: Listener) {
      listener = hear
    },
  }
  const probe = openProbe({
    client,
    channel: 'probe',
    isLinked: () => true,
    clock,
    metrics: testMetrics(),
    onTurn: (healthy) => turns.push(healthy),
  })
  onTestFinished(() => probe.close())
  const release = () => {
    redis.isHeld = false
    for (const carry of held.splice(0)) carry()
  }
  return { clock, redis, probe, turns, release }
}

test('[A1] a node is healthy once it heard itself', async () => {
  const { clock, probe, turns } = openStage()
  expect(probe.healthy()).toBe(false)
  await clock.advance(250)
  expect([probe.healthy(), turns]).toEqual([true, [true]])
})

test('[A1] a word that is late is a doubt, at the latest half a second after it began, and no news', async () => {
  const { clock, redis, probe, turns, release } = openStage()
  await clock.advance(250)
  redis.isHeld = true
  await clock.advance(550)
  expect([probe.healthy(), turns]).toEqual([false, [true]])
  release()
  await clock.advance(1)
  expect([probe.healthy(), turns]).toEqual([true, [true]])
})

test('[A1] a word that never comes back is news, and so is the first one that does', async () => {
  const { clock, redis, probe, turns, release } = openStage()
  await clock.advance(250)
  redis.isHeld = true
  await clock.advance(2_000)
  expect([probe.healthy(), turns]).toEqual([false, [true, false]])
  release()
  await clock.advance(1_750)
  expect([probe.healthy(), turns]).toEqual([true, [true, false, true]])
})
