/** What strangers send to the front door so that the nodes behind it are taken away from everybody else. */
import { randomUUID, randomUUIDv7 } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { openCaller } from '../kit/caller.ts'
import { eventually } from '../kit/eventually.ts'
import { createRoom, freshName, openVisitor } from '../kit/visitor.ts'

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

/** What every process of this machine was started with. */
function commandLines(): string[] {
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return ids.flatMap((id) => {
    try {
      return [readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ')]
    } catch {
      return [] // it has ended
    }
  })
}

test('no log tells a password, a cookie or what people write, and no list of processes tells how to get in', async () => {
  const { url, logs, databaseUrl } = inject('cluster')
  const secret = randomUUID()
  const person = openVisitor(url)
  await person.post('/api/users', { username: freshName(), password: secret, displayName: `name ${secret}` })
  const { id: roomId } = await createRoom(person, 'private')
  await person.post(`/api/rooms/${roomId}/messages`, { body: `body ${secret}` })
  await person.ask('POST', `/api/rooms/${roomId}/messages`, { text: `{"body":"${secret}` })
  await person.post('/api/session', { username: freshName(), password: `wrong ${secret}` })
  await person.get(`/api/users?q=${secret}`)
  await person.get(`/api/rooms/public?${secret}=1`)
  const caller = await openCaller(url, person.cookie)
  await caller.call('message:send', { roomId, id: randomUUIDv7(), body: `sent ${secret}` })
  await caller.say('message:send', { roomId, id: secret, body: [secret] })
  await caller.say(secret, {})

  const signature = person.cookie.split('.').at(-1) ?? ''
  const said = readdirSync(logs).map((name) => readFileSync(join(logs, name), 'utf8'))
  expect(said.join('')).toContain('"event":"ready"')
  for (const part of [secret, signature, decodeURIComponent(signature)]) expect(said.join('')).not.toContain(part)
  const { password } = new URL(databaseUrl)
  if (password !== '') expect(commandLines().filter((line) => line.includes(password))).toEqual([])
  expect(commandLines().filter((line) => /SESSION_SECRET=|postgresql:\/\/[^ ]*:[^ ]*@/.test(line))).toEqual([])
})
