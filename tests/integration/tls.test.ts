/** The front door with a certificate: the real nginx and a real node, spoken to by https as a browser would. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { type IncomingMessage, request as plainRequest } from 'node:http'
import { type RequestOptions, request } from 'node:https'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { io } from 'socket.io-client'
import { expect, onTestFinished, test } from 'vitest'
import { protocolVersion } from '#protocol/wire.ts'
import { provide } from '../../infra/local/binaries.ts'
import { temporaryHome } from '../../infra/local/home.ts'
import { renderNginx } from '../../infra/local/nginx-config.ts'
import { freePort } from '../../infra/local/ports.ts'
import { must } from '../../server/kit/must.ts'
import { eventually } from '../kit/eventually.ts'
import { openNodes } from '../kit/nodes.ts'
import { freshName, password } from '../kit/visitor.ts'

const run = promisify(execFile)
const infra = new URL('../../infra/', import.meta.url).pathname

async function openFront(nodes: number[]) {
  const home = await temporaryHome()
  const paths = { client: join(home.place, 'dist'), run: join(home.place, 'run') }
  for (const path of Object.values(paths)) await mkdir(path, { recursive: true, mode: 0o755 })
  await writeFile(join(paths.client, 'index.html'), '<title>Parley</title>')
  const [certificate, key] = [join(home.folder, 'fullchain.pem'), join(home.folder, 'privkey.pem')]
  const subject = ['-subj', '/CN=localhost', '-days', '2', '-keyout', key, '-out', certificate]
  await run('openssl', ['req', '-x509', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', ...subject])
  const [port, plainPort] = [await freePort(), await freePort()]
  const config = join(home.folder, 'nginx.conf')
  const text = renderNginx({
    template: await readFile(join(infra, 'nginx/nginx.conf.template'), 'utf8'),
    listen: [`127.0.0.1:${port}`],
    nodes,
    ...paths,
    logs: home.logs,
    user: home.owner?.name ?? null,
    generation: 1,
    tls: { certificate, key, settings: join(infra, 'nginx/tls.conf'), redirectFrom: [`127.0.0.1:${plainPort}`] },
  })
  await writeFile(config, text)
  const nginx = must((await provide(['nginx'], home.say)).get('nginx'), 'nginx was provided')
  await run(nginx, ['-t', '-q', '-c', config])
  const child = spawn(nginx, ['-c', config], { stdio: 'ignore' })
  onTestFinished(async () => {
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
    await home.remove()
  })
  return { port, plainPort }
}

/** One answer, whatever its certificate says. */
async function ask(port: number, path: string, { body = '', ...options }: RequestOptions & { body?: string } = {}) {
  const asking = request({ host: '127.0.0.1', port, path, rejectUnauthorized: false, ...options })
  asking.end(body)
  const [answer] = (await once(asking, 'response')) as [IncomingMessage]
  answer.resume()
  return answer
}

test('[S5] by https the cookie is Secure, the socket comes in with it, browsers are told to stay, and http leads here', async () => {
  const { nodes, close } = await openNodes(1)
  onTestFinished(close)
  const { port, plainPort } = await openFront(nodes.map((node) => node.port))
  const page = await eventually(() => ask(port, '/'))
  expect(page.statusCode).toBe(200)
  expect(page.headers['strict-transport-security']).toBe('max-age=31536000')
  expect(page.headers['content-security-policy']).toContain("default-src 'none'")

  const origin = `https://127.0.0.1:${port}`
  const body = JSON.stringify({ username: freshName(), password })
  const headers = { origin, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  const signedUp = await ask(port, '/api/users', { method: 'POST', headers, body })
  expect(signedUp.statusCode).toBe(201)
  const [cookie = ''] = signedUp.headers['set-cookie'] ?? []
  expect(cookie).toMatch(/^parley\.sid=.*; HttpOnly; Secure; SameSite=Lax$/)

  const socket = io(origin, {
    auth: { protocol: protocolVersion },
    transports: ['websocket'],
    rejectUnauthorized: false,
    extraHeaders: { cookie: cookie.split(';')[0] ?? '', origin },
  })
  onTestFinished(() => void socket.close())
  const hello = new Promise((resolve) => socket.once('hello', resolve))
  expect(await hello).toMatchObject({ node: 'node-1' })

  const plain = plainRequest({
    host: '127.0.0.1',
    port: plainPort,
    path: '/room?x=1',
    headers: { host: 'chat.test:80' },
  })
  plain.end()
  const [led] = (await once(plain, 'response')) as [IncomingMessage]
  expect([led.statusCode, led.headers.location]).toEqual([308, 'https://chat.test/room?x=1'])
  led.resume()
})
