/** Nothing but what is ours is ended: a pid alone proves nothing. */
import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { identityIn, identityOf, isAlive } from '../../../infra/local/identity.ts'
import { claim, living, sweep, take } from '../../../infra/local/leftovers.ts'
import { eventually } from '../../kit/eventually.ts'

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'notes-'))
  onTestFinished(() => rm(path, { recursive: true }))
  return path
}

/** A process that does nothing; `stubborn` ones do not hear SIGTERM. */
async function sleeper({ stubborn = false } = {}): Promise<number> {
  const script = `${stubborn ? "process.on('SIGTERM', () => {});" : ''} setInterval(() => {}, 1000); console.log('up')`
  const child = spawn(process.execPath, ['-e', script], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  await new Promise((resolve) => child.stdout.once('data', resolve))
  return child.pid ?? 0
}

test('a noted process is ended by the sweep, and its note goes', async () => {
  const notes = await folder()
  const pid = await sleeper()
  await take(notes, { name: 'node-1', pid })
  expect(await living(notes, 'node-1')).toMatchObject({ pid })
  expect(await sweep(notes)).toEqual(['node-1'])
  expect(await identityOf(pid)).toBeNull()
  expect(await readdir(notes)).toEqual([])
})

test('one that does not listen is killed', async () => {
  const notes = await folder()
  const pid = await sleeper({ stubborn: true })
  await take(notes, { name: 'node-1', pid })
  expect(await sweep(notes, 100)).toEqual(['node-1'])
  await eventually(async () => (await identityOf(pid)) === null)
})

test('a paused one is ended, too', async () => {
  const notes = await folder()
  const pid = await sleeper()
  await take(notes, { name: 'node-1', pid })
  process.kill(pid, 'SIGSTOP')
  expect(await sweep(notes)).toEqual(['node-1'])
  expect(await identityOf(pid)).toBeNull()
})

test('a stranger with the same pid is left alone', async () => {
  const notes = await folder()
  const pid = await sleeper()
  await writeFile(join(notes, 'node-1.json'), JSON.stringify({ name: 'node-1', pid, identity: 'another boot/1' }))
  expect(await sweep(notes)).toEqual([])
  expect(isAlive(pid)).toBe(true)
  expect(await readdir(notes)).toEqual([])
})

test('a note nobody can read is forgotten', async () => {
  const notes = await folder()
  await writeFile(join(notes, 'node-1.json'), '{"pid":')
  await writeFile(join(notes, 'node-2.json'), JSON.stringify({ name: 'node-2', pid: -1, identity: 'x' }))
  expect(await sweep(notes)).toEqual([])
  expect(await readdir(notes)).toEqual([])
})

test('the sweep spares whoever sweeps', async () => {
  const notes = await folder()
  expect(await claim(notes, 'supervisor')).toBe(true)
  expect(await sweep(notes)).toEqual([])
  expect(await living(notes, 'supervisor')).toMatchObject({ pid: process.pid })
})

test('a home has one supervisor: a living one keeps it, a dead one does not', async () => {
  const notes = await folder()
  const pid = await sleeper()
  await take(notes, { name: 'supervisor', pid })
  expect(await claim(notes, 'supervisor')).toBe(false)
  process.kill(pid, 'SIGKILL')
  await eventually(async () => (await identityOf(pid)) === null)
  expect(await claim(notes, 'supervisor')).toBe(true)
})

test('a process is told by when it began, whatever its name holds; a zombie does not live', () => {
  const stat = (state: string) =>
    `7 (a) b (c) ${state} ${Array.from({ length: 18 }, (_, n) => n + 4).join(' ')} 4242 99`
  expect(identityIn(stat('S'), 'boot')).toBe('boot/4242')
  expect(identityIn(stat('Z'), 'boot')).toBeNull()
})
