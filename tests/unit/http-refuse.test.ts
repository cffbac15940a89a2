/** How the HTTP door says no. */

import type { AddressInfo } from 'node:net'
import express from 'express'
import { expect, onTestFinished, test } from 'vitest'
import { refuse, refuseUnknown } from '../../server/http/refuse.ts'
import { openLog } from '../../server/kit/log.ts'
import { openMetrics } from '../../server/kit/metrics.ts'
import { Refusal } from '../../server/kit/refusal.ts'

async function answerTo(fault: unknown) {
  const log = openLog({ node: 'test', level: 'silent', pretty: false })
  const logged: object[] = []
  log.error = (line: object) => void logged.push(line)
  const metrics = openMetrics({ node: 'test', version: 'test' })
  const app = express()
  app.get('/', () => {
    throw fault
  })
  app.use(refuseUnknown, refuse({ log, metrics }))
  const server = app.listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  return { response, body: await response.json(), logged, counted: await metrics.text() }
}

test('a refusal is told as problem+json, with how long to wait where waiting helps', async () => {
  const { response, body, logged, counted } = await answerTo(new Refusal('slow-down', { retryInMs: 1_200 }))
  expect(response.status).toBe(429)
  expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
  expect(response.headers.get('retry-after')).toBe('2')
  const detail = 'too much at once; wait a little'
  expect(body).toEqual({
    title: 'Too Many Requests',
    status: 429,
    code: 'slow-down',
    detail,
    definite: true,
    retryInMs: 1_200,
  })
  expect(logged).toEqual([])
  expect(counted).toContain('parley_refusals_total{code="slow-down",node="test"} 1')
})

test('a refusal that no waiting helps says nothing of waiting', async () => {
  const { response, body } = await answerTo(new Refusal('forbidden'))
  expect(response.headers.get('retry-after')).toBeNull()
  expect(body).not.toHaveProperty('retryInMs')
})

test('a fault of ours is logged once, told as unavailable, and none of it is shown', async () => {
  const { response, body, logged } = await answerTo(new Error('the table of secrets is on fire'))
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toBe('1')
  expect(body).toMatchObject({ code: 'unavailable', definite: false })
  expect(JSON.stringify(body)).not.toContain('secrets')
  expect(logged).toHaveLength(1)
})
