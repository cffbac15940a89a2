/** After the last fault: waits until everybody has caught up, or should have, and writes down how they stand. */
import { setTimeout as pause } from 'node:timers/promises'
import { settling } from '../checker/checks.ts'
import type { FinalPage, FinalView, History, Truth } from '../checker/history.ts'
import { debtBoundMs } from '../checker/page-checks.ts'
import type { Member } from './crowd.ts'
import type { Recorder } from './recorder.ts'
import type { Hold } from './target.ts'

/** After so long in quiet whoever has not caught up never will. */
const longestMs = 60_000
/** The bound of agreeing after each fault, for a run that was stopped because of it. */
const hastyMs = 20_000

type Needs = { members: readonly Member[]; recorder: Recorder; truths: Hold['truths']; isHasty: boolean }

type Settled = {
  finals: FinalView[]
  truths: Truth[]
  present: string[]
  pages: FinalPage[]
  /** Until everybody agreed with Postgres, or nobody waited any longer. */
  tookMs: number
  /** Clients with drafts that nobody decided about. */
  waiting: string[]
}

/** Rejects only when nobody can tell for a minute what there is. */
export async function settle({ members, recorder, truths: readTruths, isHasty }: Needs): Promise<Settled> {
  const present = members.map(({ userId }) => userId)
  const beganAt = performance.now()
  const deadline = beganAt + (isHasty ? hastyMs : longestMs)

  async function look(): Promise<Pick<History, 'finals' | 'truths' | 'present'>> {
    const truths = await tryFor(longestMs, () => readTruths(members, true))
    return { finals: members.flatMap((member) => member.finals()), truths, present }
  }
  const views = members.reduce((sum, member) => sum + member.roomIds.length, 0)
  const isSettled = ({ finals, ...seen }: Pick<History, 'finals' | 'truths' | 'present'>) =>
    finals.length === views &&
    members.every((member) => member.undecided() === 0) &&
    settling.every((check) => check({ events: [], finals, ...seen }).length === 0)

  let seen = await look()
  while (!isSettled(seen) && performance.now() < deadline) {
    await pause(250)
    seen = await look()
  }
  const tookMs = performance.now() - beganAt
  await pause(debtBoundMs)
  const pages = await readPages(members, recorder)
  const { finals, truths } = await look()
  const waiting = members.filter((member) => member.undecided() > 0).map(({ client }) => client)
  return { finals: [...finals], truths: [...truths], present, pages, tookMs, waiting }
}

/** Every page of every room, twice: at the second time it comes out of the cache. */
async function readPages(members: readonly Member[], { events }: Recorder): Promise<FinalPage[]> {
  const pages: FinalPage[] = []
  const heads = new Map<string, number>()
  for (const event of events)
    if (event.type === 'shown')
      heads.set(event.message.roomId, Math.max(event.message.seq, heads.get(event.message.roomId) ?? 0))
  for (const [roomId, head] of heads) {
    const readers = members.filter((member) => member.roomIds.includes(roomId))
    const places = [null, ...Array.from({ length: Math.ceil(head / 50) }, (_, page) => page * 50 + 51)]
    for (const before of [...places, ...places]) {
      const reader = readers[pages.length % readers.length]
      const page = await reader?.readPage(roomId, before)
      if (reader === undefined || !page) continue
      pages.push({ client: reader.client, roomId, source: page.source, messages: page.messages })
    }
  }
  return pages
}

/** A service that was just mended may need a moment more. */
async function tryFor<Value>(boundMs: number, work: () => Promise<Value>): Promise<Value> {
  const deadline = performance.now() + boundMs
  for (;;) {
    try {
      return await work()
    } catch (fault) {
      if (performance.now() > deadline) throw fault
      await pause(500)
    }
  }
}
