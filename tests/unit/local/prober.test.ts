/** A node that hangs is named, and no other. */
import { expect, test } from 'vitest'
import type { Answer } from '../../../infra/local/probe.ts'
import { openProber, type Watched } from '../../../infra/local/prober.ts'
import { openManualClock } from '../../kit/manual-clock.ts'

function openStage() {
  const manual = openManualClock()
  let sleptMs = 0
  const clock = { ...manual, ticks: () => manual.ticks() + sleptMs }
  const hung: string[] = []
  const answers = new Map<number, Answer>()
  let watched: Watched[] = [1, 2].map((number) => ({ name: `node-${number}`, pid: number, port: number }))
  const prober = openProber({
    clock,
    watched: () => watched,
    onHung: ({ name }) => hung.push(name),
    look: async (port) => ({ lives: answers.get(port) ?? 'ok', serves: answers.get(port) ?? 'ok' }),
  })
  const seconds = async (count: number) => {
    for (let second = 0; second < count; second++) await manual.advance(1_000)
  }
  return {
    prober,
    hung,
    seconds,
    /** As a closed laptop does: the clock goes on, no timer runs. */
    sleep(forMs: number) {
      sleptMs += forMs
    },
    answer: (port: number, answer: Answer) => answers.set(port, answer),
    watch(numbers: number[]) {
      watched = numbers.map((number) => ({ name: `node-${number}`, pid: number, port: number }))
    },
  }
}

test('silence of more than 5 s is a hang', async () => {
  const { hung, seconds, answer } = openStage()
  await seconds(3)
  answer(1, 'silent')
  await seconds(4)
  expect(hung).toEqual([])
  await seconds(3)
  expect(hung).toEqual(['node-1'])
})

test('a no is an answer', async () => {
  const { prober, hung, seconds, answer } = openStage()
  await seconds(2)
  answer(1, 'no')
  await seconds(60)
  expect(hung).toEqual([])
  expect(prober.serves(1)).toBe(false)
  expect(prober.serves(2)).toBe(true)
})

test('a node that starts has a minute for its first answer, unless it has been met', async () => {
  const { prober, hung, seconds, answer } = openStage()
  answer(1, 'silent')
  answer(2, 'silent')
  prober.met(2)
  await seconds(30)
  expect(hung).toEqual(['node-2'])
  await seconds(35)
  expect(hung).toContain('node-1')
})

test('a paused node is left alone, and has its full time again afterwards', async () => {
  const { hung, seconds, answer, watch } = openStage()
  await seconds(3)
  answer(1, 'silent')
  watch([2])
  await seconds(60)
  watch([1, 2])
  answer(1, 'ok')
  await seconds(5)
  expect(hung).toEqual([])
})

test('a supervisor that slept blames nobody for that time', async () => {
  const { hung, seconds, sleep, answer } = openStage()
  await seconds(3)
  answer(1, 'silent')
  sleep(3_600_000)
  await seconds(4)
  expect(hung).toEqual([])
  await seconds(3)
  expect(hung).toEqual(['node-1'])
})
