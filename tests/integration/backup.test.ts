/** Backup and restore under way: nodes and people stay, the database becomes what it was, and every device starts anew. */
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Engine, RoomHandle } from '../../client/engine/face.ts'
import { cleanEnvironment } from '../../infra/local/child.ts'
import { temporaryHome } from '../../infra/local/home.ts'
import { must } from '../../server/kit/must.ts'
import { emptyDatabase } from '../kit/database.ts'
import { read } from '../kit/engines.ts'
import { eventually } from '../kit/eventually.ts'
import { openNodes, openTestNode, type TestNodes } from '../kit/nodes.ts'
import { openStore } from '../kit/open-store.ts'
import { openNewcomer } from '../kit/real-engine.ts'

const run = promisify(execFile)
let cluster: TestNodes
let folder = ''
let remove = async () => {}

beforeAll(async () => {
  cluster = await openNodes(2)
  const home = await temporaryHome()
  folder = home.folder
  remove = home.remove
})
afterAll(async () => {
  await cluster.close()
  await remove()
})

function databaseUrl(): string {
  const { DATABASE_URL } = cluster.env
  return must(DATABASE_URL, 'a cluster has a database')
}
const bodies = (handle: RoomHandle) => read(handle.timeline.get().rows)
const epochOf = async () => {
  const store = openStore(databaseUrl(), 1)
  return await store.log.epoch().finally(store.close)
}

/** As an operator types it; rejects with what it said. */
async function tool(args: string[], DATABASE_URL = databaseUrl()): Promise<string> {
  const env = cleanEnvironment({ DATABASE_URL })
  return (await run(process.execPath, ['infra/backup/main.ts', ...args], { env })).stderr
}

/** Somebody in a room of their own, by a door that can be shut. */
async function openTalker(origin = cluster.origins[0] ?? '') {
  const door = { origin }
  const { engine, user } = await openNewcomer(() => door.origin)
  const made = await engine.createRoom({ kind: 'private', title: 'den' })
  if (!made.ok) throw new Error(`unable to make a room; ${made.code}`)
  const room = engine.open(made.value.id)
  await eventually(() => room.timeline.get().loading === 'none')
  return { door, engine, user, room }
}
const isOnline = (engine: Engine) => engine.link.get().state === 'online'

test('[R5] [R6] [C9] a restore takes back what came after, under another epoch; devices start anew, sessions and drafts stay', async () => {
  const third = await openTestNode({ ...cluster.env, NODE_NAME: 'node-3' })
  await third.ready
  const [ada, ben] = await Promise.all([openTalker(), openTalker(third.origin)])
  const before = ['a tab\tand a \\ and\na line', '\\.', 'é 😀']
  for (const body of before) ada.room.send(body)
  ben.room.send('before')
  await eventually(() => expect(bodies(ada.room)).toEqual(before))
  await eventually(() => expect(bodies(ben.room)).toEqual(['before']))
  const file = join(folder, 'parley.backup')
  expect(await tool(['backup', file])).toMatch(/^wrote \d+ rows/)

  const epoch = await epochOf()
  ada.room.send('after')
  await ben.room.edit(1, 'changed after')
  await eventually(() => expect(bodies(ada.room)).toEqual([...before, 'after']))
  await eventually(() => expect(bodies(ben.room)).toEqual(['changed after']))
  ben.door.origin = 'http://127.0.0.1:1'
  await third.close()
  await eventually(() => !isOnline(ben.engine), { withinMs: 15_000 })
  ben.room.send('written offline')

  await expect(tool(['restore', file])).rejects.toThrow(/not empty: say --replace/)
  expect(await epochOf()).toBe(epoch)
  expect(await tool(['restore', file, '--replace'])).toMatch(/^restored \d+ rows/)
  expect(await epochOf()).not.toBe(epoch)
  await eventually(() => expect(bodies(ada.room)).toEqual(before), { withinMs: 15_000 })
  await eventually(() => isOnline(ada.engine), { withinMs: 15_000 })
  ada.room.send('goes on')
  await eventually(() => expect(bodies(ada.room)).toEqual([...before, 'goes on']), { withinMs: 15_000 })

  ben.door.origin = cluster.origins[1] ?? ''
  ben.engine.reconnect()
  await eventually(() => expect(bodies(ben.room)).toEqual(['before', 'written offline']), { withinMs: 15_000 })
  for (const { engine } of [ada, ben]) {
    expect(engine.account.get().state).toBe('signed-in')
    engine.close()
  }
})

test('an empty database becomes the one that was backed up', async () => {
  const ada = await openTalker()
  ada.room.send('hello')
  await eventually(() => expect(bodies(ada.room)).toEqual(['hello']))
  const file = join(folder, 'moved.backup')
  await tool(['backup', file])
  const url = await emptyDatabase()
  await tool(['restore', file], url)
  const store = openStore(url, 1)
  const { messages } = await store.log.page({ roomId: ada.room.roomId, userId: ada.user.id, limit: 50 })
  expect(JSON.stringify(messages)).toContain('hello')
  await store.close()
  ada.engine.close()
})

test('what is damaged, of another schema or no backup at all changes nothing, and says why', async () => {
  const file = join(folder, 'good.backup')
  await tool(['backup', file])
  const text = gunzipSync(await readFile(file)).toString()
  const [header = '', ...lines] = text.trimEnd().split('\n')
  const { migrations, ...rest } = JSON.parse(header)
  const newer = { ...rest, migrations: [...migrations, { name: '20990101000000_later', checksum: 'x' }] }
  const bad: [name: string, content: string | Buffer, complaint: RegExp][] = [
    ['nothing', '', /damaged or no backup|breaks off/],
    ['a picture', Buffer.from('not gzipped'), /damaged or no backup/],
    ['cut short', gzipSync([header, ...lines.slice(0, -1)].join('\n')), /breaks off/],
    ['half a file', gzipSync(text).subarray(0, 200), /damaged or no backup/],
    [
      'another count',
      gzipSync([header, ...lines.slice(0, -1), '{"rows":1}\n'].join('\n')),
      /holds \d+ rows and says 1/,
    ],
    [
      'another schema',
      gzipSync([JSON.stringify(newer), ...lines, ''].join('\n')),
      /only in the file: 20990101000000_later/,
    ],
    ['another form', gzipSync([JSON.stringify({ ...rest, migrations, format: 9 }), ''].join('\n')), /its form is 9/],
  ]
  const epoch = await epochOf()
  for (const [name, content, complaint] of bad) {
    const path = join(folder, name.replaceAll(' ', '-'))
    await writeFile(path, content)
    await expect(tool(['restore', path, '--replace']), name).rejects.toThrow(complaint)
  }
  expect(await epochOf()).toBe(epoch)
  expect(await tool(['restore', file, '--replace'])).toMatch(/^restored/)
})
