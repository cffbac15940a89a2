/** In the middle of a run everybody falls silent, and has a bounded time to see, all of them, what there is and who is here. */
import { setTimeout as pause } from 'node:timers/promises'
import { limits } from '#protocol/limits.ts'
import { standing } from '../checker/checks.ts'
import type { History, Violation } from '../checker/history.ts'
import type { Member } from './crowd.ts'
import type { Recorder } from './recorder.ts'
import type { Hold } from './target.ts'

type Needs = { members: readonly Member[]; recorder: Recorder; truths: Hold['truths'] }

export type Agree = {
  /** Nobody does anything more; what is under way goes on. */
  hush(): void
  speak(): void
  /** Notes how long it took, from now on, until everybody and every page was right; resolves with what is still wrong after the bound. */
  agree(fault: string): Promise<readonly Violation[]>
}

/** A hung node is left within 15 s; the rest is for connecting, catching up and being seen again. */
const boundMs = 20_000

export function openAgree({ members, recorder, truths }: Needs): Agree {
  const present = members.map(({ userId }) => userId)
  const views = members.reduce((sum, member) => sum + member.roomIds.length, 0)

  async function look(): Promise<Violation[]> {
    const there = await truths(members, false).catch(() => null)
    if (there === null) return [{ rule: 'agree', says: 'nobody can tell what there is', evidence: [] }]
    const finals = members.flatMap((member) => member.stands())
    const undecided = members.filter((member) => member.undecided() > 0).map(({ client }) => client)
    const seen: History = { events: [], finals, truths: there, present }
    const wrong = [
      ...standing.flatMap((check) => check(seen)),
      ...(finals.length < views ? [{ rule: 'agree', says: 'somebody misses a room', evidence: [finals.length] }] : []),
      ...(undecided.length > 0 ? [{ rule: 'agree', says: 'drafts wait', evidence: undecided }] : []),
    ]
    return wrong.length > 0 ? wrong : await oldPages()
  }

  /** What is cached of each room's end, held against what its reader was shown. An old page that is kept stays old. */
  async function oldPages(): Promise<Violation[]> {
    const readers = new Map(members.flatMap((member) => member.roomIds.map((roomId) => [roomId, member])))
    const found = await Promise.all(
      [...readers].map(async ([roomId, reader]): Promise<Violation[]> => {
        const view = reader.finals().find((each) => each.roomId === roomId)
        const shown = new Map(view?.messages.map(({ seq, rev }) => [seq, rev]))
        const lastFull = Math.floor((view?.head ?? 0) / limits.pageSize) * limits.pageSize
        const pages = [
          await reader.readPage(roomId, null),
          lastFull > 0 && (await reader.readPage(roomId, lastFull + 1)),
        ]
        const rows = pages.flatMap((page) => (page ? page.messages : []))
        const old = rows.find(({ seq, rev }) => rev < (shown.get(seq) ?? 0))
        const evidence = [reader.client, old, shown.get(old?.seq ?? 0)]
        return old === undefined
          ? []
          : [{ rule: 'stale', says: 'a page is older than what its reader was shown', evidence }]
      }),
    )
    return found.flat()
  }

  return {
    hush() {
      for (const member of members) member.hush(true)
    },
    speak() {
      for (const member of members) member.hush(false)
    },
    async agree(fault) {
      const beganAt = performance.now()
      let wrong = await look()
      while (wrong.length > 0 && performance.now() - beganAt < boundMs) {
        await pause(150)
        wrong = await look()
      }
      recorder.note({
        type: 'agreed',
        fault,
        tookMs: Math.round(performance.now() - beganAt),
        wrong: wrong.slice(0, 5),
      })
      return wrong
    },
  }
}
