import { expect, inject, test } from 'vitest'
import { openVisitor, signUp } from '../kit/visitor.ts'

test('[S1] who signs in on one node is known on the others, and through nginx', async () => {
  const { nodes, url } = inject('cluster')
  expect(nodes).toHaveLength(3)
  for (const { url: home } of nodes) {
    const person = await signUp(home)
    for (const origin of [...nodes.map((node) => node.url), url]) {
      person.origin = origin
      const { status, body } = await person.get<{ user: unknown }>('/api/session')
      expect({ status, user: body.user }).toEqual({ status: 200, user: person.user })
    }
  }
})

test('every node answers through nginx, and says its name', async () => {
  const { nodes, url } = inject('cluster')
  const visitor = openVisitor(url)
  const names = new Set<string | null>()
  for (let turn = 0; turn < 30; turn += 1) names.add((await visitor.get('/livez')).headers.get('x-node'))
  expect(names).toEqual(new Set(nodes.map(({ name }) => name)))
})

test('[X1] the numbers of a node cannot be had through nginx, and a stranger cannot write through it', async () => {
  const { url } = inject('cluster')
  const person = await signUp(url)
  expect((await person.get('/metrics')).status).toBe(404)
  const forged = { origin: 'https://elsewhere.example' }
  const room = { kind: 'public', title: 'not theirs' }
  const { status, body } = await person.post('/api/rooms', room, forged)
  expect({ status, code: body.code }).toEqual({ status: 403, code: 'forbidden' })
})
