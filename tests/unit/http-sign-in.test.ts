/** What a sign-in costs, counted. */

import type { AddressInfo } from 'node:net'
import express, { type RequestHandler } from 'express'
import { expect, onTestFinished, test } from 'vitest'
import { type AccountNeeds, openAccount } from '../../server/http/account.ts'
import { refuse } from '../../server/http/refuse.ts'
import { openLog } from '../../server/kit/log.ts'
import { openMetrics } from '../../server/kit/metrics.ts'

const noSession: RequestHandler = (_request, _response, next) => next()

/** The account routes with nobody behind them but ada, whose password is always wrong. */
async function openDoor(verify: (password: string, hash: string | null) => Promise<boolean>): Promise<string> {
  const ada = { id: 'ada', username: 'ada', displayName: 'Ada', generation: 1, passwordHash: 'her hash' }
  const needs: Partial<AccountNeeds> = {
    signedIn: () => (_request, _response, next) => next(),
    sessions: Object.assign({}, { middleware: noSession }) as unknown as AccountNeeds['sessions'],
    budget: { spend: async () => {}, forgive: async () => {} },
    users: Object.assign(
      {},
      { byName: async (name: string) => (name === 'ada' ? ada : null) },
    ) as AccountNeeds['users'],
    passwords: { verify, hash: async () => 'unused' },
    addressOf: () => 'here',
  }
  const log = openLog({ node: 'test', level: 'silent', pretty: false })
  const app = express().use(express.json(), openAccount(needs as AccountNeeds))
  app.use(refuse({ log, metrics: openMetrics({ node: 'test', version: 'test' }) }))
  const server = app.listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('[X6] a name nobody has, or nobody could have, costs one hash like a wrong password', async () => {
  const asked: (string | null)[] = []
  const origin = await openDoor(async (_password, hash) => {
    asked.push(hash)
    return false
  })
  for (const username of ['ada', 'nobody', 'no \u0000 body']) {
    const { status } = await fetch(`${origin}/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password: 'wrong' }),
    })
    expect(status).toBe(401)
  }
  expect(asked).toEqual(['her hash', null, null])
})
