/** History from memory on running nodes: one read of Postgres for everybody, and no old body whatever dies. */
import { createClient } from 'redis'
import { afterEach, expect, inject, test } from 'vitest'
import { clusterControl } from '../kit/cluster-control.ts'
import { eventually } from '../kit/eventually.ts'
import { openStatementLog, type StatementLog } from '../kit/statement-log.ts'
import { createRoom, type Person, signUp } from '../kit/visitor.ts'
import { runOldBodies } from '../tools/old-bodies/run.ts'
import { openStage } from '../tools/old-bodies/stage.ts'

const root = new URL('../../', import.meta.url).pathname
const say = (line: string) => void process.stdout.write(`cache: ${line}\n`)
/** Words of the one statement that reads a page. */
const pageQuery = `json_build_object('rev', r.rev, 'head', r.head, 'messages', coalesce(`
const readers = 1_000

let log: StatementLog | null = null
afterEach(async () => {
  await log?.close()
  log = null
  await clusterControl().heal()
})

/** A room with a full page that is in no cache. */
async function coldPage() {
  const { nodes, cacheRedisUrl, databaseUrl, logs } = inject('cluster')
  const [first] = nodes
  if (first === undefined) throw new Error('unable to test; there are no nodes')
  const person = await signUp(first.url)
  const { id } = await createRoom(person, 'public')
  const post = (_: unknown, at: number) => person.post(`/api/rooms/${id}/messages`, { body: `message ${at + 1}` })
  await Promise.all(Array.from({ length: 60 }, post))
  const cache = createClient({ url: cacheRedisUrl })
  await cache.connect()
  await cache.flushAll()
  cache.destroy()
  log = await openStatementLog({ databaseUrl, logs })
  return { person, id, nodes, log, path: `/api/rooms/${id}/messages?after=0&limit=50` }
}

/** Resolves with its status and how many messages it had; a node that dies answers nobody. */
async function read(person: Person, url: string): Promise<string> {
  const answer = await fetch(url, { headers: { cookie: person.cookie } }).catch(() => null)
  if (answer === null) return 'unanswered'
  const said = await answer.json().catch(() => null)
  return said === null ? 'unanswered' : `${answer.status}: ${said.messages?.length}`
}

function tally(answers: string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(answers, (answer) => answer)].map(([what, all]) => [what, all.length]))
}

test('[C1] a thousand readers of one cold page over three nodes cause one read of Postgres', async () => {
  const { person, id, nodes, log, path } = await coldPage()
  const urls = Array.from({ length: readers }, (_, turn) => nodes[turn % nodes.length]?.url + path)
  const held = await log.hold('messages') // what is read at once is no stampede
  const reading = Promise.all(urls.map((url) => read(person, url)))
  await eventually(async () => (await log.waiting(pageQuery)) > 0, { everyMs: 5 })
  await held.release()
  expect(tally(await reading)).toEqual({ '200: 50': readers })
  const queries = await log.count(pageQuery, id)
  say(`${readers} readers cost ${queries} reads of Postgres`)
  expect(queries).toBe(1)
})

test('[C1] when the node that reads for everybody is killed, the others read at most twice more', async () => {
  const { person, id, nodes, log, path } = await coldPage()
  const [victim, ...others] = nodes
  const held = await log.hold('messages')
  const first = read(person, victim?.url + path)
  await eventually(async () => (await log.waiting(pageQuery)) > 0, { everyMs: 5 })
  const urls = Array.from({ length: readers - 1 }, (_, turn) => others[turn % others.length]?.url + path)
  const reading = Promise.all(urls.map((url) => read(person, url)))
  await clusterControl().node('kill', 1)
  await held.release()
  expect(await first).toBe('unanswered')
  expect(tally(await reading)).toEqual({ '200: 50': readers - 1 })
  const queries = await log.count(pageQuery, id)
  say(`the reader's death cost ${queries} reads of Postgres`)
  expect(queries).toBeGreaterThanOrEqual(2)
  expect(queries).toBeLessThanOrEqual(3)
})

test('[C2][C3][C4][C8] nobody is shown an old body, whoever dies between commit and delete and whatever the cache forgets', async () => {
  const stage = await openStage({ root, say })
  try {
    const outcome = await runOldBodies(stage, { seed: 3, calmMs: 2_000, rounds: 1, say })
    say(JSON.stringify(outcome))
    expect(outcome).toMatchObject({ wrong: [], deaths: 2 })
    expect(Object.entries(outcome.stale).filter(([, count]) => count > 0)).toEqual([])
    expect(outcome.compared).toBeGreaterThan(0)
    expect(outcome.fresh).toBeGreaterThan(0)
  } finally {
    await stage.close()
  }
})
