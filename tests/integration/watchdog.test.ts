/** The watchdog against a process that hangs, and one that was only stopped. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { openNode } from '../../server/cluster/node.ts'
import { systemClock } from '../../server/kit/clock.ts'

async function openChild(): Promise<{ child: ChildProcess; said: () => string }> {
  const child = fork(new URL('../kit/watched-child.ts', import.meta.url), { silent: true })
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  expect(await once(child, 'message')).toEqual(['up', undefined])
  return { child, said: () => said }
}

test('a process whose event loop hangs for 3 s is killed, and says why', async () => {
  const { child, said } = await openChild()
  await pause(1_000) // a calm loop is left alone, and the thread has started
  expect(child.signalCode).toBeNull()
  const began = performance.now()
  child.send('hang')
  const [, signal] = await once(child, 'exit')
  expect(signal).toBe('SIGKILL')
  expect(performance.now() - began).toBeGreaterThan(2_700)
  expect(performance.now() - began).toBeLessThan(5_000)
  expect(JSON.parse(said())).toMatchObject({ node: 'test', event: 'event-loop-hangs' })
})

test('a process that was stopped for 5 s and wakes is not killed for that', async () => {
  const { child } = await openChild()
  await pause(500)
  child.kill('SIGSTOP')
  await pause(5_000)
  child.kill('SIGCONT')
  child.send('ping')
  expect(await once(child, 'message')).toEqual(['pong', undefined])
  await pause(3_500) // longer than the limit
  child.send('ping')
  expect(await once(child, 'message')).toEqual(['pong', undefined])
})

test('a node tells its state and the delay of its loop, and closes its watchdog', async () => {
  const node = openNode({ name: 'node-1', version: '1', build: '1', clock: systemClock, watchdogMs: 3_000 })
  node.guard()
  expect(node.state()).toBe('up')
  await pause(50) // the loop turns a few times
  const until = performance.now() + 80
  while (performance.now() < until);
  await pause(50)
  expect(node.loopDelayMs()).toBeGreaterThan(50)
  node.leave()
  expect(node.state()).toBe('draining')
  await node.close()
})
