/** The configuration: what is missing or wrong is told at once, and `.env.example` cannot drift from the code. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readConfig, variables } from '../../server/config.ts'

const enough = {
  DATABASE_URL: 'postgresql://parley:secret@db:5432/parley',
  REDIS_URL: 'redis://redis:6379',
  CACHE_REDIS_URL: 'redis://cache:6379',
  SESSION_SECRET: 'a secret of thirty-two characters',
}
const complaintOf = (given: Record<string, string>) => {
  try {
    readConfig(given)
  } catch (fault) {
    return String(fault)
  }
  return 'nothing'
}

test('four variables are enough, and the result cannot be changed', () => {
  const config = readConfig(enough)
  expect(config.listen).toEqual({ host: '127.0.0.1', port: 3000, trustProxy: 1 })
  expect(config.admins).toEqual([])
  expect(() => Object.assign(config.listen, { port: 1 })).toThrow(TypeError)
})

test('all problems are told together, each by the name of its variable', () => {
  const complaint = complaintOf({
    ...enough,
    PORT: '99999',
    DATABASE_URL: 'mysql://db',
    SESSION_SECRET: 'short',
    REDIS_URL: '',
  })
  for (const name of ['PORT', 'DATABASE_URL', 'SESSION_SECRET', 'REDIS_URL is missing'])
    expect(complaint).toContain(`\n  ${name}`)
  expect(complaint).not.toContain('CACHE_REDIS_URL')
})

test('a complaint never shows what was given', () => {
  expect(complaintOf({ ...enough, SESSION_SECRET: 'hunter2' })).not.toContain('hunter2')
})

test('[X7] a budget reads points/time, and nonsense is refused', () => {
  expect(readConfig({ ...enough, BUDGET_SIGN_IN_NAME: '3/2m' }).budgets.signInName).toEqual({
    points: 3,
    perMs: 120_000,
  })
  for (const wrong of ['0/1m', '3', '3/1d', '3/m', '-1/1m'])
    expect(complaintOf({ ...enough, BUDGET_SEND_USER: wrong })).toContain('BUDGET_SEND_USER')
})

test('lists come apart at commas and an empty variable counts as absent', () => {
  const config = readConfig({ ...enough, ADMINS: 'ada, grace', ORIGINS: '', LOG_PRETTY: '' })
  expect(config).toMatchObject({ admins: ['ada', 'grace'], origins: [], log: { pretty: false } })
  expect(complaintOf({ ...enough, ORIGINS: 'chat.example.org' })).toContain('ORIGINS')
})

test('a variable may come from a file, and a file that cannot be read is a problem', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-config-'))
  try {
    writeFileSync(join(folder, 'secret'), `${enough.SESSION_SECRET}\n`)
    const { SESSION_SECRET, ...rest } = enough
    expect(readConfig({ ...rest, SESSION_SECRET_FILE: join(folder, 'secret') }).session.secret).toBe(SESSION_SECRET)
    expect(complaintOf({ ...rest, SESSION_SECRET_FILE: join(folder, 'none') })).toContain(
      'SESSION_SECRET cannot be read',
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('.env.example names every variable, its meaning and its default, and nothing else', () => {
  const blocks = readFileSync('.env.example', 'utf8').trim().split('\n\n').slice(1)
  const told = blocks.map((block) => /^# (.+)\n#? ?([A-Z_]+)=(.*)$/.exec(block)?.slice(1) ?? [block])
  const expected = Object.entries(variables).map(([name, schema]) => [schema.description, name])
  expect(told.map(([meaning, name]) => [meaning, name])).toEqual(expected)
  const defaults = readConfig(enough)
  const shown = Object.fromEntries(told.map(([, name = '', value = '']) => [name, value]))
  expect(readConfig({ ...shown, ...enough, NODE_NAME: defaults.node.name })).toEqual(defaults)
})
