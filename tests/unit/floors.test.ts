/** Holds the house in shape: floors, vendors' homes, time, names and sizes (H1–H7), each rule proven on a planted violation. */
import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const floors = [['protocol'], ['kit'], ['store', 'cache', 'fanout'], ['rooms', 'cluster'], ['gateway', 'http'], ['']]
const homes: [vendor: RegExp, home: RegExp][] = [
  [/^(@prisma\/|pg$)/, /^server\/store\//],
  [/^(redis|@redis\/.+|rate-limiter-flexible|connect-redis)$/, /^server\/cache\//],
  [/^socket\.io$/, /^server\/(fanout|gateway)\//],
  [/^@socket\.io\//, /^server\/fanout\//],
  [/^(express|helmet)$/, /^server\/(http\/|cache\/session\.ts)/],
  [/^express-session$/, /^server\/cache\/session\.ts/],
  [/^(pino|prom-client)$/, /^server\/kit\//],
  [/^zod$/, /^server\/(protocol\/schemas\.ts|config\.ts|gateway\/|http\/)/],
  [/^socket\.io-client$/, /^client\/engine\/link/],
  [/^(marked|lowlight|emojibase-data)(\/|$)/, /^client\/ui\//],
  [/^(preact|@preact\/.+|virtua)(\/|$)/, /^client\/(main\.tsx|ui\/|panel\/|vite\.config\.ts)/],
]
const time = /\b(setTimeout|setInterval|setImmediate|Date\.now|performance\.now|new Date\(\)|node:timers)/
const clocks = /^(server\/kit\/(clock|loop)|client\/engine\/clock)\.ts$/
const drawers = /(^|[/.-])(utils?|helpers?|types?|common)(\.|\/|$)/
const handlers = /^( *)\S.*\(.*=> \{\n([\s\S]*?)\n\1\}/gm
const folderOf = (path: string) => /^server\/([^/]+)\//.exec(path)?.[1] ?? ''
const floorOf = (path: string) => floors.findIndex((rooms) => rooms.includes(folderOf(path)))
const isAbove = (from: string, to: string) => folderOf(to) !== folderOf(from) && floorOf(to) >= floorOf(from)
const isHome = (from: string, to: string) => homes.every(([vendor, home]) => !vendor.test(to) || home.test(from))
const linesOf = (text: string) => text.trimEnd().split('\n').length

/** `[rule, whose files, what they must not import]`; a vendor stands for itself. */
const links: [string, RegExp, (to: string, from: string) => boolean][] = [
  ['H1', /^server\//, (to, from) => to.startsWith('server/') && isAbove(from, to)],
  ['H1', /^server\//, (to) => /^(client|infra)\//.test(to)],
  ['H1', /^client\/engine\//, (to) => /^client\/(ui|panel)\//.test(to)],
  ['H2', /^client\//, (to) => /^(server|infra)\//.test(to)],
  ['H2', /^client\//, (to) => to === '#protocol/schemas.ts'],
  ['H3', /^(server|client)\//, (to, from) => !isHome(from, to)],
  ['H6', /^(?!tests\/)/, (to) => to.startsWith('tests/')],
]
/** `[rule, whose files, what they must not be or hold]`. */
const texts: [string, RegExp, (text: string, path: string) => boolean][] = [
  ['H4', /^(server|client)\/(?!(\S+\.)?config\.ts)/, (text) => text.includes('process.env')],
  ['H4', /^(server|client)\//, (text, path) => time.test(text) && !clocks.test(path)],
  ['H5', /^/, (text) => /^export (\*|(type )?\{[^}]*\}) from /m.test(text)],
  ['H5', /^(?!.*(\.config|closing-line)\.ts$)/, (text) => /^export default /m.test(text)],
  ['H5', drawers, () => true],
  ['H7', /^/, (text) => linesOf(text) > 250],
  [
    'H7',
    /^server\/(gateway|http)\//,
    (text) => [...text.matchAll(handlers)].some(([, , body = '']) => linesOf(body) > 38),
  ],
]

function importsOf(path: string, text: string): string[] {
  const found = text.matchAll(/^(?:import|export)\b[^'"`;]*?\bfrom ['"](.+?)['"]|\bimport\(?\s*['"](.+?)['"]/gm)
  const names = [...found].map(([, from, bare]) => from ?? bare ?? '')
  return names.map((name) => (name.startsWith('.') ? join(dirname(path), name) : name))
}

function cycles(files: Record<string, string>): string[] {
  const found: string[] = []
  const walked = new Set<string>()
  function walk(path: string, trail: string[]): void {
    if (trail.includes(path)) found.push(`H5 ${[...trail, path].join(' → ')}`)
    if (walked.has(path) || files[path] === undefined) return
    walked.add(path)
    for (const to of importsOf(path, files[path])) walk(to.replace('#protocol/', 'server/protocol/'), [...trail, path])
  }
  for (const path of Object.keys(files)) walk(path, [])
  return found
}

function complaints(files: Record<string, string>): string[] {
  const told = cycles(files)
  for (const [path, text] of Object.entries(files)) {
    for (const [rule, whose, broken] of texts) if (whose.test(path) && broken(text, path)) told.push(`${rule} ${path}`)
    for (const to of importsOf(path, text))
      for (const [rule, whose, broken] of links)
        if (whose.test(path) && broken(to, path)) told.push(`${rule} ${path} imports ${to}`)
  }
  return told
}

const tree = globSync('{server,client,infra,tests}/**/*.{ts,tsx}')
  .filter((path) => !/\/(generated|dist|output|node_modules)\/|floors\.test\.ts$/.test(path))
  .sort()

test('[H1] [H2] [H3] [H4] [H5] [H6] [H7] every file of the house keeps its rules', () => {
  expect(tree.length).toBeGreaterThan(15)
  expect(complaints(Object.fromEntries(tree.map((path) => [path, readFileSync(path, 'utf8')])))).toEqual([])
})

const plants: [rule: string, path: string, text: string][] = [
  ['H1', 'server/rooms/a.ts', "import { b } from '../cluster/b.ts'"],
  ['H1', 'server/kit/a.ts', "import type { B } from '../store/b.ts'"],
  ['H1', 'server/http/a.ts', "import { type Config } from '../config.ts'"],
  ['H1', 'server/protocol/a.ts', "import {\n  b,\n} from '../kit/b.ts'"],
  ['H1', 'server/kit/a.ts', "const b = await import('../../infra/local/b.ts')"],
  ['H1', 'client/engine/a.ts', "import { b } from '../ui/b.tsx'"],
  ['H2', 'client/ui/a.tsx', "import { calls } from '#protocol/schemas.ts'"],
  ['H2', 'client/engine/a.ts', "import type { User } from '../../server/protocol/wire.ts'"],
  ['H2', 'client/engine/a.ts', "import { b } from '../../server/kit/b.ts'"],
  ['H3', 'server/rooms/a.ts', "import { createClient } from 'redis'"],
  ['H3', 'server/http/a.ts', "import { Prisma } from '@prisma/client'"],
  ['H3', 'server/rooms/a.ts', "import type { Socket } from 'socket.io'"],
  ['H3', 'client/engine/a.ts', "import { render } from 'preact'"],
  ['H4', 'server/http/a.ts', 'const level = process.env.LOG_LEVEL'],
  ['H4', 'client/ui/a.tsx', 'const startedAt = Date.now()'],
  ['H5', 'client/engine/a.ts', "export * from './b.ts'"],
  ['H5', 'infra/local/a.ts', 'export default 1'],
  ['H5', 'server/kit/string-utils.ts', ''],
  ['H5', 'server/kit/a.ts', "import './a.ts'"],
  ['H6', 'infra/local/a.ts', "import { eventually } from '../../tests/kit/eventually.ts'"],
  ['H7', 'tests/unit/a.ts', 'one()\n'.repeat(251)],
  ['H7', 'server/gateway/on-a.ts', `export const onA = handle(input, async (ctx) => {\n${'  work()\n'.repeat(39)}})\n`],
]

test.each(plants)('[%s] is seen broken in %s', (rule, path, text) => {
  expect(complaints({ [path]: text }).map((told) => told.slice(0, 2))).toEqual([rule])
})

test('[H5] a cycle over two files is seen', () => {
  const files = { 'server/kit/a.ts': "import './b.ts'", 'server/kit/b.ts': "import './a.ts'" }
  expect(complaints(files)).toEqual(['H5 server/kit/a.ts → server/kit/b.ts → server/kit/a.ts'])
})
