import { expect, test } from 'vitest'
import { openLinkStage } from '../../kit/link-stage.ts'

test('[O3] of a crowded node it hops once, next connection first, and stays where it is if it cannot', async () => {
  const { link, at, attempts, hello, hellos, clock } = openLinkStage()
  at(0).heard.hello(hello('node-1'))
  at(0).heard['node:crowded']({ hopInMs: 1_000 })
  await clock.advance(501)
  expect(attempts).toHaveLength(2)
  at(1).lose({ code: 'slow-down' })
  await clock.advance(60_000)
  expect(attempts, 'it does not insist').toHaveLength(2)
  expect(link.status.get()).toMatchObject({ state: 'online', node: 'node-1' })

  at(0).heard['node:crowded']({ hopInMs: 1_000 })
  await clock.advance(501)
  expect(link.status.get()).toMatchObject({ state: 'online', node: 'node-1' })
  at(2).heard.hello(hello('node-2'))
  expect(link.status.get()).toMatchObject({ state: 'online', node: 'node-2' })
  expect(at(0).isClosed).toBe(true)
  expect(hellos).toEqual(['node-1', 'node-2'])
})
