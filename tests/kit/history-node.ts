/** A node's part in a room's history: the product's own code, whose every step outside waits on a stage. */
import { openDebts } from '../../server/cache/debts.ts'
import { openHeldMarks } from '../../server/cache/held-marks.ts'
import { type Asked, openHistoryCache } from '../../server/cache/history-cache.ts'
import { openHistoryWrites } from '../../server/cache/history-writes.ts'
import type { LeaseCache } from '../../server/cache/lease-cache.ts'
import type { Marks } from '../../server/cache/marks.ts'
import { linesIn } from '../../server/cache/page-text.ts'
import { openReadThrough } from '../../server/cache/read-through.ts'
import type { Clock } from '../../server/kit/clock.ts'
import { openLog } from '../../server/kit/log.ts'
import { openMetrics } from '../../server/kit/metrics.ts'
import { openAnnounce } from '../../server/rooms/announce.ts'
import { openCommit } from '../../server/rooms/lane-commit.ts'
import type { MessageLog } from '../../server/store/message-log.ts'
import type { Stage } from './stage-steps.ts'

type Needs = {
  node: string
  stage: Stage
  /** What stands in for Redis, shared by all nodes. */
  cache: LeaseCache & Marks
  /** Whether this node is cut off from the cache alone, now. */
  isCut: () => boolean
  log: MessageLog
  debts: { keys: string[] }
  clock: Clock
  roomId: string
  userId: string
}

const logger = openLog({ node: 'world', level: 'silent', pretty: false })
const metrics = openMetrics({ node: 'world', version: 'world' })

export const nameOf = (key: string) => key.replace(/^\{.*\}:/, '')

export function openHistoryNode({ node, stage, cache, isCut, log, debts, clock, roomId, userId }: Needs) {
  function ask<Value>(what: string, keys: readonly string[], work: () => Promise<Value>): Promise<Value> {
    return keys.length === 0 ? work() : stage.gate(node, `${what} ${keys.map(nameOf).join('+')}`, work)
  }

  function askCache<Value>(what: string, keys: readonly string[], work: () => Promise<Value>): Promise<Value> {
    return ask(what, keys, () => (isCut() ? Promise.reject(new Error('unable to ask; cut off')) : work()))
  }

  const leases: LeaseCache = {
    reachable: () => !isCut(),
    look: (keys) => askCache('look', keys, () => cache.look(keys)),
    lookBytes: (keys) => askCache('look', keys, () => cache.lookBytes(keys)),
    lease: (key, token) => askCache('lease', [key], () => cache.lease(key, token)),
    renew: (key, token) => askCache('renew', [key], () => cache.renew(key, token)),
    fill: (key, token, what) => askCache('fill', [key], () => cache.fill(key, token, what)),
    release: (key, token) => askCache('release', [key], () => cache.release(key, token)),
    invalidate: (keys) => askCache('invalidate', keys, () => cache.invalidate(keys)),
    extend: (key, extension) => askCache('extend', [key], () => cache.extend(key, extension)),
    outdate: (key, rev) => askCache('outdate', [key], () => cache.outdate(key, rev)),
  }
  const marks: Marks = {
    mark: (keys, writer) => ask('mark', keys, () => cache.mark(keys, writer)),
    unmark: (keys, writers) => ask('unmark', keys, () => cache.unmark(keys, writers)),
    marked: (keys) => ask('marked?', keys, () => cache.marked(keys)),
    connection: () => cache.connection(),
  }
  const book = {
    owe: (keys: string[]) => stage.gate(node, 'owe', async () => void debts.keys.push(...keys)),
    list: (limit: number) =>
      stage.gate(node, 'list debts', async () => debts.keys.slice(0, limit).map((key) => ({ id: key, key }))),
    paid: (ids: string[]) =>
      stage.gate(node, 'strike debts', async () => {
        for (const key of ids) debts.keys.splice(debts.keys.indexOf(key), 1)
      }),
  }
  const debtor = openDebts({ book, leases, metrics, log: logger })
  const held = openHeldMarks({ leases, marks, clock, owe: debtor.owe, onFault() {}, writer: node })
  const pages = openHistoryWrites({ leases, held, owe: debtor.owe, metrics, log: logger })
  const through = openReadThrough({ leases, marks, clock, metrics, isHeld: held.isHeld })
  const history = openHistoryCache({ leases, through, clock, metrics })
  const asking: MessageLog = {
    ...log,
    append: (writes, options) => stage.gate(node, 'commit', () => log.append(writes, options)),
    page: (input) => stage.gate(node, 'read', () => log.page(input)),
    revs: (roomIds) => stage.gate(node, 'read revs', () => log.revs(roomIds)),
  }
  const common = { log: asking, pages, clock, metrics, logger }
  const announce = openAnnounce({ ...common, fanout: { toRoom() {} }, boundMs: 10_000 })

  return {
    async page(asked: Asked) {
      const page = await history.page({ roomId, asked }, (missing) => asking.page({ roomId, userId, ...missing }))
      return { ...linesIn({ ...page, json: Buffer.concat(page.json) }), source: page.source }
    },
    commit: openCommit({ ...common, announce }),
    async repair(): Promise<void> {
      await debtor.pay()
      await pages.outdate(await asking.revs([roomId]))
    },
  }
}
