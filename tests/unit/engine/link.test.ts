import { expect, test } from 'vitest'
import type { Answer, EndReason, Hello } from '#protocol/wire.ts'
import { type Connection, type Heard, type Loss, openLink } from '../../../client/engine/link.ts'
import { openManualClock } from '../../kit/manual-clock.ts'

type Attempt = {
  pollingFirst: boolean
  heard: Heard
  lose: (loss?: Partial<Loss>) => void
  answer: (answer: Answer<never> | null) => void
  isClosed: boolean
  atMs: number
  heardAt: number
}

function open() {
  const clock = openManualClock(0)
  const attempts: Attempt[] = []
  const hellos: string[] = []
  const beacons: number[] = []
  const ends: EndReason[] = []
  const nothing = () => {}
  const heard: Heard = {
    hello: ({ node }) => hellos.push(node),
    'room:head': ({ rev }) => beacons.push(rev),
    'room:changes': nothing,
    'room:added': nothing,
    'room:removed': nothing,
    'room:presence': nothing,
    'room:read': nothing,
    'user:changed': nothing,
    'member:typing': nothing,
    'node:draining': nothing,
    'session:ended': nothing,
  }
  const link = openLink({
    heard,
    onEnded: (reason) => ends.push(reason),
    clock,
    random: () => 0.5,
    connect({ pollingFirst, heard, onLost }): Connection {
      const answers: ((answer: Answer<never> | null) => void)[] = []
      const attempt: Attempt = {
        pollingFirst,
        heard,
        lose: (loss) => onLost({ timedOut: false, ...loss }),
        answer: (answer) => answers.shift()?.(answer),
        isClosed: false,
        atMs: clock.now(),
        heardAt: clock.now(),
      }
      attempts.push(attempt)
      return {
        call: () => new Promise((resolve) => answers.push(resolve)),
        heardAt: () => attempt.heardAt,
        close() {
          attempt.isClosed = true
        },
      }
    },
  })
  const at = (index: number): Attempt => {
    const attempt = attempts.at(index)
    if (attempt === undefined) throw new Error('there was no such attempt')
    return attempt
  }
  const hello = (node: string): Hello => ({
    node,
    epoch: 'one',
    user: { id: 'ada', username: 'ada', displayName: 'Ada' },
    rooms: [],
  })
  return { clock, attempts, at, hello, hellos, beacons, ends, link }
}

test('it is online when the node says hello, and names the node', () => {
  const { link, at, hello, hellos } = open()
  expect(link.status.get().state).toBe('connecting')
  at(0).heard.hello(hello('node-1'))
  expect(link.status.get()).toMatchObject({ state: 'online', node: 'node-1' })
  expect(hellos).toEqual(['node-1'])
})

test('a lost connection is tried anew within half a second, then ever later, at most every 8 s', async () => {
  const { link, at, attempts, hello, clock } = open()
  at(0).heard.hello(hello('node-1'))
  at(0).lose()
  expect(link.status.get()).toMatchObject({ state: 'waiting', since: 0, nextTryAt: 350 })
  for (let round = 0; round < 8; round++) {
    const before = attempts.length
    while (attempts.length === before) await clock.advance(50)
    at(-1).lose()
  }
  const pauses = attempts.slice(1).map(({ atMs }, index) => atMs - (attempts[index]?.atMs ?? 0))
  expect(pauses[0]).toBeLessThanOrEqual(500)
  expect(pauses.slice(0, 4).every((pause, index) => index === 0 || pause > (pauses[index - 1] ?? 0))).toBe(true)
  expect(Math.max(...pauses)).toBeLessThanOrEqual(8_050)
  expect(link.status.get().since).toBe(0)
})

test('"try now" does not wait, and resets the pauses', async () => {
  const { link, at, attempts, clock } = open()
  for (let round = 0; round < 5; round++) {
    at(-1).lose()
    await clock.advance(8_000)
  }
  at(-1).lose()
  const before = attempts.length
  link.reconnect()
  expect(attempts).toHaveLength(before + 1)
  expect(link.status.get().state).toBe('connecting')
})

test('a connection that opens and says nothing is given up; swallowed WebSockets give way to polling', async () => {
  const { at, attempts, clock } = open()
  expect(at(0).pollingFirst).toBe(false)
  await clock.advance(16_000)
  expect(at(0).isClosed).toBe(true)
  expect(attempts).toHaveLength(2)
  expect(at(1).pollingFirst).toBe(true)
  at(1).lose()
  await clock.advance(1_000)
  expect(at(2).pollingFirst).toBe(true)
  at(2).lose({ timedOut: true })
  await clock.advance(2_000)
  expect(at(3).pollingFirst).toBe(false)
})

test('[D2] of a draining node it leaves for the next before it drops the old, and loses no answer', async () => {
  const { link, at, attempts, hello, hellos, beacons, clock } = open()
  at(0).heard.hello(hello('node-1'))
  const asked = link.call('room:read', { roomId: 'hall', seq: 1 })
  at(0).heard['node:draining']({ reconnectInMs: 1_000 })
  await clock.advance(499)
  expect(attempts).toHaveLength(1)
  await clock.advance(2)
  expect(attempts).toHaveLength(2)
  expect(link.status.get()).toMatchObject({ state: 'online', node: 'node-1' })
  at(0).heard['room:head']({ roomId: 'hall', rev: 1, head: 1 })
  at(1).heard.hello(hello('node-2'))
  expect(link.status.get()).toMatchObject({ state: 'online', node: 'node-2' })
  expect(hellos).toEqual(['node-1', 'node-2'])
  expect(at(0).isClosed).toBe(false)
  at(0).heard['room:head']({ roomId: 'hall', rev: 2, head: 2 })
  expect(beacons).toEqual([1])
  at(0).answer({ ok: false, code: 'draining', detail: '', definite: true })
  expect((await asked).ok).toBe(false)
  expect(at(0).isClosed).toBe(true)
})

test('[D1] [D2] whoever has something to say leaves a draining node before being asked to', async () => {
  const { link, at, attempts, hello, clock } = open()
  at(0).heard.hello(hello('node-1'))
  async function ask(): Promise<void> {
    const asked = link.call('room:read', { roomId: 'hall', seq: 1 })
    at(0).answer({ ok: false, code: 'draining', detail: '', definite: true })
    await asked
  }
  await ask()
  expect(attempts, 'who has just come stays').toHaveLength(1)
  await clock.advance(1_000)
  await ask()
  expect(attempts).toHaveLength(2)
  expect(link.status.get()).toMatchObject({ state: 'online', node: 'node-1' })
  at(1).heard.hello(hello('node-2'))
  expect(link.status.get()).toMatchObject({ state: 'online', node: 'node-2' })
  expect(at(0).isClosed).toBe(true)
  at(0).heard['node:draining']({ reconnectInMs: 100 })
  await clock.advance(1_000)
  expect(attempts).toHaveLength(2)
})

test('[D2] when the draining node goes before the next has answered, the next is still the next', async () => {
  const { link, at, attempts, hello, clock } = open()
  at(0).heard.hello(hello('node-1'))
  at(0).heard['node:draining']({ reconnectInMs: 0 })
  await clock.advance(1)
  at(0).lose()
  expect(link.status.get().state).toBe('connecting')
  at(1).heard.hello(hello('node-2'))
  expect(link.status.get().node).toBe('node-2')
  await clock.advance(10_000)
  expect(attempts).toHaveLength(2)
})

test('a call without a connection is refused at once and for sure; a broken one leaves it open', async () => {
  const { link, at, hello } = open()
  expect(await link.call('room:read', { roomId: 'hall', seq: 1 })).toMatchObject({
    code: 'unavailable',
    definite: true,
  })
  at(0).heard.hello(hello('node-1'))
  const asked = link.call('room:read', { roomId: 'hall', seq: 1 })
  at(0).answer(null)
  expect(await asked).toMatchObject({ code: 'unavailable', definite: false })
})

test('a call is given 5 s; an unanswered send changes the connection, an unanswered page does not', async () => {
  const { link, at, attempts, hello, clock } = open()
  at(0).heard.hello(hello('node-1'))
  const page = link.call('room:page', { roomId: 'hall' })
  await clock.advance(5_001)
  expect(await page).toMatchObject({ code: 'unavailable', definite: false })
  expect(at(0).isClosed).toBe(false)
  const sent = link.call('message:send', { roomId: 'hall', id: 'id', body: 'hello' })
  await clock.advance(5_001)
  expect(await sent).toMatchObject({ code: 'unavailable', definite: false })
  expect(at(0).isClosed).toBe(true)
  await clock.advance(500)
  expect(attempts).toHaveLength(2)
})

test('after a sleep a silent connection is replaced at once, a lively one is kept', async () => {
  const { link, at, attempts, hello, clock } = open()
  at(0).heard.hello(hello('node-1'))
  await clock.advance(60_000)
  at(0).heardAt = clock.now() - 5_000
  link.reconnect()
  expect(attempts).toHaveLength(1)
  at(0).heardAt = clock.now() - 13_000
  link.reconnect()
  expect(at(0).isClosed).toBe(true)
  expect(attempts).toHaveLength(2)
})

test('[S3] an outage at the door is waited out; only a definite word ends the session', async () => {
  const { link, at, attempts, ends, clock } = open()
  for (const code of ['unavailable', 'overloaded', 'draining', 'slow-down'] as const) {
    at(-1).lose({ code })
    await clock.advance(8_000)
  }
  expect(ends).toEqual([])
  at(-1).lose({ code: 'signed-out' })
  expect(ends).toEqual(['expired'])
  expect(link.status.get().state).toBe('offline')
  const before = attempts.length
  await clock.advance(60_000)
  link.reconnect()
  expect(attempts).toHaveLength(before)
})

test('[S2] a session that ends closes the link with its reason', () => {
  const { link, at, hello, ends } = open()
  at(0).heard.hello(hello('node-1'))
  at(0).heard['session:ended']({ reason: 'revoked' })
  expect(ends).toEqual(['revoked'])
  expect(at(0).isClosed).toBe(true)
  expect(link.status.get().state).toBe('offline')
})

test('an outdated client stops trying and says so', async () => {
  const { link, at, attempts, ends, clock } = open()
  at(0).lose({ code: 'outdated' })
  await clock.advance(60_000)
  expect(link.status.get().state).toBe('outdated')
  expect(attempts).toHaveLength(1)
  expect(ends).toEqual([])
})

test('closed, it sets nothing going any more', async () => {
  const { link, at, attempts, hello, clock } = open()
  at(0).heard.hello(hello('node-1'))
  link.close()
  at(0).lose()
  await clock.advance(60_000)
  expect(attempts).toHaveLength(1)
  expect(clock.pending()).toBe(0)
})
