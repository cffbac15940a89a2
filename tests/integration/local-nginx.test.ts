/** What the front door does with real nginx, in front of nodes made of a few lines. */
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryHome } from '../../infra/local/home.ts'
import { startNginx } from '../../infra/local/nginx.ts'
import type { NginxLimits } from '../../infra/local/nginx-config.ts'
import { freePort } from '../../infra/local/ports.ts'
import { eventually } from '../kit/eventually.ts'

/** A node that answers with its name; sockets echo. */
async function openNode(name: string, answer: RequestListener = (_, response) => void response.end(name), at = 0) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    response.setHeader('X-Node', name)
    answer(request, response)
  })
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  server.on('upgrade', (_, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
    socket.on('data', (chunk) => socket.write(`${name} heard ${chunk}`))
    socket.on('error', () => {})
  })
  await once(server.listen(at, '127.0.0.1'), 'listening')
  const close = () => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  onTestFinished(close)
  return { port: (server.address() as AddressInfo).port, asked, close }
}

async function openFront(nodes: number[], limits?: NginxLimits) {
  const home = await temporaryHome()
  const client = join(home.folder, 'dist')
  await mkdir(join(client, 'assets'), { recursive: true })
  await writeFile(join(client, 'index.html'), '<title>Parley</title>')
  await writeFile(join(client, 'assets', 'main-1a2b.js'), 'export {}')
  const port = await freePort()
  const nginx = await startNginx({
    home,
    host: '127.0.0.1',
    port,
    client,
    nodes,
    ...(limits === undefined ? {} : { limits }),
  })
  onTestFinished(async () => {
    await nginx.close()
    await home.remove()
  })
  return { url: `http://localhost:${port}`, port, nginx, accessLog: join(home.logs, 'access.log') }
}

/** A socket that was upgraded, and what came through it. */
async function openSocket(port: number) {
  const socket = connect({ port, host: '127.0.0.1' })
  onTestFinished(() => void socket.destroy())
  let text = ''
  let isClosed = false
  socket.on('data', (chunk) => {
    text += chunk.toString()
  })
  socket.on('close', () => {
    isClosed = true
  })
  socket.write(
    'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
  )
  await eventually(() => text.includes('101 Switching'))
  return { say: (words: string) => socket.write(words), heard: () => text, isClosed: () => isClosed }
}

test('the client is served with a strict policy; hashed files are kept for ever, the page is asked for each time', async () => {
  const { url } = await openFront([])
  const page = await fetch(url)
  expect(page.headers.get('cache-control')).toBe('no-cache')
  const policy = page.headers.get('content-security-policy') ?? ''
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("connect-src 'self'")
  expect(policy).not.toMatch(/unsafe|\*/)
  expect(page.headers.get('x-content-type-options')).toBe('nosniff')
  const script = await fetch(`${url}/assets/main-1a2b.js`)
  expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect(script.headers.get('content-type')).toContain('text/javascript')
  expect((await fetch(`${url}/assets/gone.js`)).status).toBe(404)
  expect((await fetch(`${url}/gone.png`)).status).toBe(404)
})

test('no spelling of /metrics reaches a node', async () => {
  const node = await openNode('node-1')
  const { port } = await openFront([node.port])
  const spellings = [
    '/metrics',
    '/metrics/',
    '/api/../metrics',
    '/api/..%2fmetrics',
    '//metrics',
    '/%6detrics',
    '/Metrics',
  ]
  for (const path of spellings) {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.end(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    await once(socket.resume(), 'close')
  }
  expect(node.asked).toEqual([])
})

test('a node hears the true address, the host with its port, and an id for the request', async () => {
  const node = await openNode('node-1', (request, response) => void response.end(JSON.stringify(request.headers)))
  const { url, port } = await openFront([node.port])
  const answer = await fetch(`${url}/api/x`, { headers: { 'X-Forwarded-For': '6.6.6.6', 'X-Request-Id': 'forged' } })
  const heard = await answer.json()
  expect(heard['x-forwarded-for']).toMatch(/^(127\.0\.0\.1|::1)$/)
  expect(heard.host).toBe(`localhost:${port}`)
  expect(heard['x-request-id']).toMatch(/^[0-9a-f]{32}$/)
  expect(answer.headers.get('x-request-id')).toBe(heard['x-request-id'])
})

test('a node that failed once and is back takes everybody who comes, though no socket of its ended', async () => {
  const [first, second] = [await openNode('node-1'), await openNode('node-2')]
  const { port } = await openFront([first.port, second.port])
  first.close()
  for (let times = 0; times < 3; times += 1) await openSocket(port) // one of them finds out
  const back = await openNode('node-1', undefined, first.port)
  await eventually(async () => {
    await openSocket(port)
    expect(back.asked).toContain('GET /livez')
  })
  second.close()
  await Promise.all(Array.from({ length: 8 }, () => openSocket(port)))
})

test('where all nodes take nobody new, whoever polls already goes on', async () => {
  const answer: RequestListener = ({ url = '' }, response) => {
    response.statusCode = url.includes('sid=') ? 200 : 503
    response.end()
  }
  const nodes = [await openNode('node-1', answer), await openNode('node-2', answer)]
  const { url } = await openFront(nodes.map(({ port }) => port))
  const poll = async (sid = '') => (await fetch(`${url}/socket.io/?EIO=4&transport=polling${sid}`)).status
  for (let times = 0; times < 3; times += 1) expect([502, 503]).toContain(await poll())
  expect(await poll('&sid=mine')).toBe(200)
})

test('a dead node costs nobody a request; the log says who answered, and no query', async () => {
  const [dead, alive] = await Promise.all([openNode('node-1'), openNode('node-2')])
  const { url, accessLog } = await openFront([dead.port, alive.port])
  dead.close()
  for (let call = 0; call < 10; call++) {
    const method = call % 2 === 0 ? 'GET' : 'POST' // refused before it was sent, so a POST may go on, too
    expect(await (await fetch(`${url}/api/x?secret=1`, { method })).text()).toBe('node-2')
  }
  const lines = await eventually(async () => {
    const all = (await readFile(accessLog, 'utf8')).trim().split('\n')
    return all.length >= 10 && all
  })
  expect(JSON.parse((lines || [])[0] ?? '')).toMatchObject({ path: '/api/x', status: 200, node: 'node-2' })
  expect(String(lines)).not.toContain('secret')
})

test('a POST that a node took with it to the grave is not done again; the caller is told that nobody knows', async () => {
  const dying: RequestListener = (request) => void request.socket.destroy()
  const [first, second] = await Promise.all([openNode('node-1', dying), openNode('node-2', dying)])
  const { url } = await openFront([first.port, second.port])
  const answer = await fetch(`${url}/api/x`, { method: 'POST', body: '{}' })
  expect(answer.status).toBe(503)
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
  expect(await answer.json()).toMatchObject({ code: 'unavailable', definite: false, retryInMs: 1_000 })
  expect([...first.asked, ...second.asked]).toEqual(['POST /api/x'])
})

test('a reload cuts no socket, and new ones go to the new nodes', async () => {
  const [old, fresh] = await Promise.all([openNode('node-1'), openNode('node-2')])
  const { port, nginx } = await openFront([old.port])
  const sockets = await Promise.all(Array.from({ length: 20 }, () => openSocket(port)))
  await nginx.reload([fresh.port])
  for (const { say } of sockets) say('hello')
  for (const { heard } of sockets) await eventually(() => heard().endsWith('node-1 heard hello'))
  expect(sockets.filter(({ isClosed }) => isClosed())).toEqual([])
  const later = await openSocket(port)
  later.say('hello')
  await eventually(() => later.heard().endsWith('node-2 heard hello'))
})

test('fresh sockets spread over the nodes; a session that polls stays on one', async () => {
  const nodes = await Promise.all(['node-1', 'node-2', 'node-3'].map((name) => openNode(name)))
  const { url, port } = await openFront(nodes.map((node) => node.port))
  const sockets = await Promise.all(Array.from({ length: 9 }, () => openSocket(port)))
  for (const { say } of sockets) say('hi')
  for (const { heard } of sockets) await eventually(() => heard().includes('heard'))
  const share = (name: string) => sockets.filter(({ heard }) => heard().includes(`${name} heard`)).length
  expect(['node-1', 'node-2', 'node-3'].map(share)).toEqual([3, 3, 3])

  const chosen = new Set<string>()
  for (let person = 0; person < 12; person++) {
    const polls = Array.from({ length: 5 }, async (_, turn) => {
      const headers = { cookie: `theme=dark; parley.sid=s%3A${person}.x` }
      const sid = turn === 0 ? '' : `&sid=abc${person}`
      return (await fetch(`${url}/socket.io/?EIO=4&transport=polling${sid}`, { headers })).text()
    })
    const names = new Set(await Promise.all(polls))
    expect(names.size).toBe(1)
    for (const name of names) chosen.add(name)
  }
  expect(chosen.size).toBeGreaterThan(1) // one address, and yet not all on one node
})

test('with no node at all, it says so in the words of a refusal', async () => {
  const { url } = await openFront([])
  const answer = await fetch(`${url}/api/session`)
  expect(answer.status).toBe(503)
  expect(answer.headers.get('retry-after')).toBe('1')
  expect(await answer.json()).toMatchObject({ code: 'unavailable' })
})

test('an address that asks too much at once is told so, for handshakes, sign-ins and sockets; all else goes on', async () => {
  const node = await openNode('node-1')
  const bound = { handshakesPerSecond: 1, handshakesAtOnce: 3, signInsPerSecond: 1, signInsAtOnce: 2, sockets: 2 }
  const { url, port } = await openFront([node.port], bound)
  const answersTo = async (method: string, path: string, count: number) => {
    const asked = Array.from({ length: count }, () => fetch(url + path, { method }))
    return (await Promise.all(asked)).map((answer) => answer.status)
  }
  const refused = (statuses: number[]) => statuses.filter((status) => status === 429).length
  expect(refused(await answersTo('POST', '/api/session', 8))).toBeGreaterThanOrEqual(4)
  const answer = await fetch(`${url}/api/users`, { method: 'POST' })
  expect(answer.status).toBe(429)
  expect(answer.headers.get('retry-after')).toBe('1')
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
  expect(await answer.json()).toMatchObject({ code: 'slow-down', definite: true, retryInMs: 1_000 })
  expect(await answersTo('GET', '/api/session', 20)).toEqual(Array(20).fill(200))
  expect(await answersTo('POST', '/api/rooms', 20)).toEqual(Array(20).fill(200))
  expect(await answersTo('GET', '/socket.io/?EIO=4&transport=polling&sid=known', 2)).toEqual([200, 200])
  await Promise.all([openSocket(port), openSocket(port)])
  expect((await fetch(`${url}/socket.io/?EIO=4&transport=polling&sid=known`)).status).toBe(429) // two are open already
  expect(refused(await answersTo('GET', '/socket.io/?EIO=4&transport=polling', 8))).toBeGreaterThanOrEqual(4)
})
