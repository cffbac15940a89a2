/** What is left of an upgrade once it is a socket. */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { eventually } from '../kit/eventually.ts'
import { openEar, openFanoutNode } from '../kit/open-fanout.ts'
import { freshRedisUrl } from '../kit/redis.ts'

test('what an upgrade asked with is let go of once it is answered', async () => {
  const { fanout, url } = await openFanoutNode(freshRedisUrl())
  const standIns: { req?: unknown }[] = []
  fanout.io.engine.use((request: IncomingMessage, response: { req?: unknown }, next: () => void) => {
    standIns.push(response)
    expect(response.req).toBe(request)
    next()
  })
  const ear = await openEar(url, { userId: 'ann' })
  expect(standIns).toEqual([expect.objectContaining({ req: null })])
  fanout.toUser('ann', 'room:removed', { roomId: randomUUID() })
  await eventually(() => ear.of('room:removed').length > 0)
})
