import { expect, test } from 'vitest'
import type { Answer } from '#protocol/wire.ts'
import { openLinkStage } from '../../kit/link-stage.ts'

test('it is online when the node says hello, and names the node', () => {
  const { link, at, hello, hellos } = openLinkStage()
  expect(link.status.get().state).toBe('connecting')
  at(0).heard.hello(hello('node-1'))
  expect(link.status.get()).toMatchObject({ state: 'online', node: 'node-1' })
  expect(hellos).toEqual(['node-1'])
})

test('a lost connection is tried anew within half a second, then ever later, at most every 8 s', async () => {
  const { link, at, attempts, hello, clock } = openLinkStage()
  at(0).heard.hello(hello('node-1'))
  at(0).lose()
  expect(link.status.get()).toMatchObject({ state: 'waiting', since: 0, nextTryAt: 200 })
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
  const { link, at, attempts, clock } = openLinkStage()
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
  const { at, attempts, clock } = openLinkStage()
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
  const { link, at, attempts, hello, hellos, beacons, clock } = openLinkStage()
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
  const { link, at, attempts, hello, clock } = openLinkStage()
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

test('[A3] whoever is refused for some time looks for another node, and keeps this one until there is one', async () => {
  const { link, at, attempts, hello, clock } = openLinkStage()
  at(0).heard.hello(hello('node-1'))
  async function send(answer: Answer<never>): Promise<void> {
    const asked = link.call('message:send', { roomId: 'hall', id: 'a', body: 'b' })
    at(0).answer(answer)
    await asked
    await clock.advance(500)
  }
  const away: Answer<never> = { ok: false, code: 'unavailable', detail: '', definite: true }
  for (let round = 0; round < 4; round++) await send(away)
  expect(attempts).toHaveLength(1)
  await send(away)
  expect(attempts).toHaveLength(2)
  expect(link.status.get()).toMatchObject({ state: 'online', node: 'node-1' })

  at(1).lose()
  await clock.advance(2_000)
  expect(attempts, 'the others are no better: it stays').toHaveLength(2)
  expect(link.status.get()).toMatchObject({ state: 'online', node: 'node-1' })
  await send(away)
  expect(attempts).toHaveLength(3)
  at(2).heard.hello(hello('node-2'))
  expect(link.status.get()).toMatchObject({ state: 'online', node: 'node-2' })
  expect(at(0).isClosed).toBe(true)
})

test('[D2] a draining node is left in the end, however often the next one cannot be had', async () => {
  const { at, attempts, hello, clock } = openLinkStage()
  at(0).heard.hello(hello('node-1'))
  at(0).heard['node:draining']({ reconnectInMs: 0 })
  await clock.advance(1)
  for (let round = 1; round < 4; round++) {
    at(round).lose()
    await clock.advance(8_000)
    expect(attempts).toHaveLength(round + 2)
  }
})

test('[D2] when the draining node goes before the next has answered, the next is still the next', async () => {
  const { link, at, attempts, hello, clock } = openLinkStage()
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
  const { link, at, hello } = openLinkStage()
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
  const { link, at, attempts, hello, clock } = openLinkStage()
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
  const { link, at, attempts, hello, clock } = openLinkStage()
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
  const { link, at, attempts, ends, clock } = openLinkStage()
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
  const { link, at, hello, ends } = openLinkStage()
  at(0).heard.hello(hello('node-1'))
  at(0).heard['session:ended']({ reason: 'revoked' })
  expect(ends).toEqual(['revoked'])
  expect(at(0).isClosed).toBe(true)
  expect(link.status.get().state).toBe('offline')
})

test('an outdated client stops trying and says so', async () => {
  const { link, at, attempts, ends, clock } = openLinkStage()
  at(0).lose({ code: 'outdated' })
  await clock.advance(60_000)
  expect(link.status.get().state).toBe('outdated')
  expect(attempts).toHaveLength(1)
  expect(ends).toEqual([])
})

test('closed, it sets nothing going any more', async () => {
  const { link, at, attempts, hello, clock } = openLinkStage()
  at(0).heard.hello(hello('node-1'))
  link.close()
  at(0).lose()
  await clock.advance(60_000)
  expect(attempts).toHaveLength(1)
  expect(clock.pending()).toBe(0)
})
