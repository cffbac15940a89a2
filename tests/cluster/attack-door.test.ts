/** What strangers send to the front door so that the nodes behind it are taken away from everybody else. */
import { request } from 'node:http'
import { expect, inject, test } from 'vitest'
import { eventually } from '../kit/eventually.ts'

/** A request to go on in another protocol; resolves with the status, also when it is told by the proxy. */
function knock(url: string, to: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers: { connection: 'upgrade', upgrade: to } }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
    sent.on('error', reject)
    sent.end()
  })
}

test('[X2] whoever asks for a protocol that nobody speaks is answered, and takes no node out of service', async () => {
  const { url } = inject('cluster')
  const paths = ['/readyz', '/api/session', '/socket.io/?EIO=4&transport=websocket']
  const knocks = paths.flatMap((path) => ['h2c', 'websocket', 'x'].map((to) => knock(url + path, to)))
  const untilMs = performance.now() + 4_000 // an ordinary fault keeps a node out for two seconds
  const statuses = new Set<number>()
  await eventually(
    async () => {
      statuses.add((await fetch(`${url}/readyz`)).status)
      return performance.now() > untilMs
    },
    { withinMs: 10_000 },
  )
  expect(statuses).toEqual(new Set([200]))
  expect(await Promise.all(knocks)).toEqual([200, 200, 200, 401, 401, 401, 400, 400, 400])
})
