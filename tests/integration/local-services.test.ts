/** The services that the cluster and the other tests stand on. */
import { connect } from 'node:net'
import { expect, inject, onTestFinished, test } from 'vitest'
import { runStatement } from '../../infra/local/database.ts'
import { emptyDatabase } from '../kit/database.ts'
import { openOwnRedis, sharedRedisUrl } from '../kit/redis.ts'

/** What a Redis answers to `commands`, one a line. */
function ask(url: string, ...commands: string[]): Promise<string> {
  const { port, password } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect({ port: Number(port), host: '127.0.0.1' })
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk.toString()
    })
    socket.on('end', () => resolve(text))
    socket.on('error', reject)
    socket.write([`AUTH ${password}`, ...commands, 'QUIT', ''].join('\r\n'))
  })
}

test('a test gets a database of its own', async () => {
  const url = await emptyDatabase()
  await runStatement(url, 'CREATE TABLE mine (id int)')
  await expect(runStatement(await emptyDatabase(), 'SELECT * FROM mine')).rejects.toThrow('TableDoesNotExist')
})

test('[L2] Postgres is set up to keep what it acknowledged', async () => {
  const url = await emptyDatabase()
  const holds = (setting: string) => runStatement(url, `SELECT 1 / (current_setting('${setting}') = 'on')::int`)
  await holds('fsync')
  await holds('synchronous_commit')
  await holds('full_page_writes')
})

test('a stranger without the password is told nothing', async () => {
  const { databaseUrl } = inject('services')
  const stranger = new URL(databaseUrl)
  stranger.password = 'guess'
  await expect(runStatement(stranger.href, 'SELECT 1')).rejects.toThrow('AuthenticationFailed')
  expect(await ask(sharedRedisUrl().replace(/:[^:@]+@/, ':guess@'), 'KEYS *')).toContain('-NOAUTH')
})

test('[C7] the cache is bounded and evicts, the state never does', async () => {
  const cache = sharedRedisUrl('cache')
  expect(await ask(cache, 'CONFIG GET maxmemory-policy')).toContain('allkeys-lru')
  expect(await ask(cache, 'CONFIG GET maxmemory')).toContain(String(256 * 1024 * 1024))
  expect(await ask(sharedRedisUrl(), 'CONFIG GET maxmemory-policy')).toContain('noeviction')
})

test('[C9] a killed state Redis comes back with its keys, a killed cache without', async () => {
  for (const [role, kept] of [
    ['state', '$3\r\nyes'],
    ['cache', '$-1'],
  ] as const) {
    const redis = await openOwnRedis(role)
    onTestFinished(() => redis.close())
    await ask(redis.url, 'SET kept yes')
    await redis.kill()
    await redis.start()
    expect(await ask(redis.url, 'GET kept')).toContain(kept)
  }
})
