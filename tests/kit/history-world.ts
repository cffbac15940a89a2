/**
 * Readers and writers of one room's cached history on a cache and a store that take every step only when told. What a run
 * proves: nobody reads what is older than the writes acked before they asked. [C1] [C2] [C3] [C4] [C8]
 */
import { limits } from '#protocol/limits.ts'
import type { Asked } from '../../server/cache/history-cache.ts'
import { pageKey, tailKey } from '../../server/cache/history-keys.ts'
import { readLines } from '../../server/cache/page-text.ts'
import { must } from '../../server/kit/must.ts'
import type { Written } from '../../server/rooms/lane-commit.ts'
import type { MessageLog, Write } from '../../server/store/message-log.ts'
import { openMemoryLeases } from '../fakes/memory-leases.ts'
import { openMemoryStore } from '../fakes/memory-store.ts'
import type { Choose } from './explorer.ts'
import { nameOf, openHistoryNode } from './history-node.ts'
import type { Faults, Plan, Writing } from './history-plan.ts'
import { openTruth } from './history-truth.ts'
import { openManualClock } from './manual-clock.ts'
import { openStage } from './stage-steps.ts'

type Happening = { what: string; run: () => Promise<void> | void }

const none: Faults = { kill: 0, cut: 0, lose: 0, late: 0, flush: 0, expire: 0, time: 0, moment: 0, repair: 0 }
const everything: Asked[] = [{ limit: limits.pageSize }, { before: limits.pageSize + 1, limit: limits.pageSize }]
const isOfCache = /^(look|lease|fill|release|invalidate|mark|unmark|marked.|extend|outdate) /
const inOrder = () => 0

export async function playHistory(plan: Plan, choose: Choose): Promise<{ fault: string | null; trace: string[] }> {
  const world = await openWorld(plan)
  try {
    await world.play(choose)
    await world.judge()
    return { fault: null, trace: world.trace }
  } catch (fault) {
    return { fault: fault instanceof Error ? fault.message : String(fault), trace: world.trace }
  }
}

async function openWorld(plan: Plan) {
  const clock = openManualClock()
  const store = openMemoryStore(clock)
  const cache = openMemoryLeases({ clock, leaseMs: 800, markMs: 60_000 })
  const userId = (await store.users.create({ username: 'ada', displayName: 'Ada', passwordHash: '-' })).id
  const roomId = (await store.book.create({ kind: 'public', title: 'Room' }, { userId, admin: false })).room.id
  const [stage, truth] = [openStage(), openTruth()]
  const { pending } = stage
  const trace: string[] = []
  const cut = new Set<string>()
  const left: Faults = { ...none, ...plan.faults }
  const debts = { keys: store.tables.debts }
  /** Acked, but seen by all only once the debts are paid. */
  let owed: Written['message'][] = []
  let running = 0
  let fault: Error | null = null

  const log: MessageLog = {
    ...store.log,
    async append(writes, options) {
      const appended = await store.log.append(writes, options)
      for (const { messages } of appended.commits) truth.record(messages)
      return appended
    },
  }
  const openNode = (node: string) =>
    openHistoryNode({ node, stage, cache, isCut: () => cut.has(node), log, debts, clock, roomId, userId })

  function blame(complaint: string | null): void {
    if (complaint !== null) fault ??= new Error(complaint)
  }

  function start(work: () => Promise<void>): void {
    running += 1
    work()
      .catch((reason: unknown) => blame(`somebody was refused: ${reason}`))
      .finally(() => {
        running -= 1
      })
  }

  function writeOf(kind: Writing, id: number): Write {
    if (typeof kind === 'object')
      return { kind: 'edit', roomId, seq: kind.edit, userId, admin: false, body: `edit ${id}` }
    return { kind: 'send', roomId, authorId: userId, body: 'text', id: kind === 'resend' ? 'same' : `draft ${id}` }
  }

  async function writeAll(node: string, writes: readonly Write[]): Promise<void> {
    const { commit } = openNode(node)
    for (const [nth, one] of writes.entries()) {
      if (nth > 0) await stage.gate(node, 'writes again', async () => {})
      await write(node, one, commit)
    }
  }

  async function write(node: string, write: Write, commit: ReturnType<typeof openNode>['commit']): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<Written>()
    void commit([{ write, frameBytes: 100, resolve, reject }], { patient: false })
    const written = await promise.catch(() => null)
    if (stage.isDead(node)) return await new Promise(() => {})
    trace.push(written === null ? `${node}: refused, nobody knows` : `${node}: acked rev ${written.message.rev}`)
    if (written !== null && debts.keys.length > 0) owed.push(written.message)
    else if (written !== null) truth.demand(written.message)
  }

  async function repair(): Promise<void> {
    const before = owed
    const outcome = await Promise.allSettled([openNode('repair').repair()])
    // debts that were made while it ran are for the next one
    if (outcome[0].status === 'rejected' || debts.keys.length > 0) return
    before.forEach(truth.demand)
    owed = owed.filter((message) => !before.includes(message))
  }

  async function read(node: string, asked: Asked): Promise<void> {
    await stage.gate(node, 'asks', async () => {})
    const judge = truth.expect(asked)
    const page = await openNode(node).page(asked)
    trace.push(`${node}: got rev ${page.rev} from the ${page.source}`)
    blame(judge(page))
  }

  const keys = [tailKey(roomId), pageKey(roomId, 1), pageKey(roomId, 2)]
  const busy = () =>
    plan.writers.map((_, index) => `w${index}`).filter((node) => pending.some((step) => step.node === node))

  /** `run` for each of these, as long as the fault may happen. */
  function perhaps(name: keyof Faults, of: string[], run: (one: string) => Promise<void> | void): Happening[] {
    if (left[name] === 0) return []
    const spend = (one: string) => () => {
      left[name] -= 1
      return run(one)
    }
    return of.map((one) => ({ what: `${name} ${nameOf(one)}`.trim(), run: spend(one) }))
  }

  function steps(): Happening[] {
    return pending.flatMap((step) => {
      const what = `${step.node}: ${step.what}`
      return [
        { what, run: () => stage.take(step, 'run') },
        ...perhaps('lose', isOfCache.test(step.what) ? [what] : [], () => stage.take(step, 'lose')),
        ...perhaps('late', step.what === 'commit' ? [what] : [], () => stage.take(step, 'late')),
      ]
    })
  }

  function kill(node: string): void {
    stage.kill(node)
    running -= 1
  }

  function happenings(): Happening[] {
    const writers = busy()
    const isUncut = (node: string) => !cut.has(node)
    return [
      ...steps(),
      ...perhaps('kill', writers, kill),
      ...perhaps('cut', writers.filter(isUncut), (node) => void cut.add(node)),
      ...[...cut].map((node) => ({ what: `back ${node}`, run: () => void cut.delete(node) })),
      ...perhaps('flush', [''], () => cache.flush()),
      ...perhaps('expire', keys.filter(cache.has), (key) => cache.expire(key)),
      // a writer's patience with the cache is over long before
      ...perhaps('time', writers.length === 0 ? [''] : [], () => clock.advance(900)),
      ...perhaps('moment', clock.pending() > 0 ? [''] : [], () => clock.advance(110)),
      ...perhaps('repair', [''], () => start(repair)),
    ]
  }

  const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

  async function next(choose: Choose): Promise<void> {
    await settled()
    if (pending.length === 0) return await clock.advance(20)
    const all = happenings()
    const happening = must(all[all.length === 1 ? 0 : choose(all.length)], 'the choice is among them')
    trace.push(happening.what)
    await happening.run()
    await settled()
  }

  /** Until nobody waits for anything any more. */
  async function finish(choose: Choose): Promise<void> {
    for (let taken = 0; running > 0 && fault === null; taken += 1) {
      if (taken > 2_000) blame(`nobody moves any more; ${pending.map(({ what }) => what)} wait`)
      await next(choose)
    }
    await settled()
    if (fault !== null) throw fault
  }

  async function readAll(): Promise<void> {
    for (const asked of everything) start(() => read('reader', asked))
    await finish(inOrder)
  }

  const first = Array.from({ length: plan.messages }, (_, index) => writeOf('send', -index - 1))
  await log.append(first, { patient: true })
  if (plan.warm) await readAll()
  trace.length = 0

  return {
    trace,
    async play(choose: Choose): Promise<void> {
      for (const [index, kinds] of plan.writers.entries()) {
        const writes = [kinds].flat().map((kind, nth) => writeOf(kind, index + nth * plan.writers.length))
        start(() => writeAll(`w${index}`, writes))
      }
      for (const [index, asked] of plan.readers.entries()) start(() => read(`r${index}`, asked))
      await finish(choose)
    },
    /** After one repair nothing old is left, not even when the marks of the dead have run out. */
    async judge(): Promise<void> {
      Object.assign(left, none)
      cut.clear()
      start(repair)
      await finish(inOrder)
      await clock.advance(61_000)
      const { messages } = await log.page({ roomId, userId, limit: limits.pageMax })
      messages.forEach(truth.demand)
      for (const text of await cache.look(keys)) blame(text === null ? null : truth.complaintOf(readLines(text)))
      await readAll()
    },
  }
}
