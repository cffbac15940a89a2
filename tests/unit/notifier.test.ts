/** Who is told of what comes in, over the Web Locks of Node, which are those of browsers. */
import { afterEach, expect, test } from 'vitest'
import type { Message } from '#protocol/wire.ts'
import { openCell } from '../../client/engine/cell.ts'
import type { LinkStatus, RoomSummary } from '../../client/engine/face.ts'
import { openNotifier } from '../../client/ui/notifier.ts'
import { person, rooms } from '../fakes/staged-room.ts'
import { eventually } from '../kit/eventually.ts'
import { openManualClock } from '../kit/manual-clock.ts'

const [me, jonas] = [person('mira').id, person('jonas').id]
const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

const quiet: RoomSummary = {
  room: rooms.jonas,
  head: 4,
  rev: 4,
  lastRead: 4,
  unread: 0,
  mentions: 0,
  favourite: false,
  muted: false,
  failed: false,
  draft: false,
}

function said(body: string, seq: number, authorId = jonas): RoomSummary {
  const lastMessage: Message = { roomId: quiet.room.id, seq, rev: seq, id: `id-${seq}`, authorId, body, sentAt: '' }
  return { ...quiet, head: seq, rev: seq, unread: seq - quiet.lastRead, lastMessage }
}

/** A tab, and what it showed. */
function openTab({ isLooking = false } = {}) {
  const clock = openManualClock()
  const list = openCell<readonly RoomSummary[]>([quiet])
  const shown: string[] = []
  const notifier = openNotifier({
    engine: {
      rooms: list,
      users: openCell(new Map([[jonas, person('jonas')]])),
      blocked: openCell<ReadonlySet<string>>(new Set()),
      link: openCell<LinkStatus>({ state: 'online', since: 0, node: 'node-1' }),
    },
    notices: { state: openCell('on' as const), set: async () => {} },
    ownId: me,
    clock,
    locks: navigator.locks,
    isLooking: () => isLooking,
    watchLooking: () => () => {},
    show: ({ body }) => shown.push(body),
  })
  closing.push(notifier.close)
  return { list, clock, shown, close: notifier.close }
}

const held = async (count: number) => {
  await eventually(async () => {
    const { held = [], pending = [] } = await navigator.locks.query()
    return held.length + pending.length === count
  })
}

/** The same comes to every tab. */
async function hear(tabs: ReturnType<typeof openTab>[], summary: RoomSummary): Promise<void> {
  for (const { list } of tabs) list.set([summary])
  for (const { clock } of tabs) await clock.advance(1_000)
}

test('of several tabs one tells; when it is closed, another one does', async () => {
  const tabs = [openTab(), openTab(), openTab()]
  await held(3)
  await hear(tabs, said('Are you there?', 5))
  await eventually(() => tabs.flatMap(({ shown }) => shown).join() === 'Are you there?')
  const told = tabs.find(({ shown }) => shown.length > 0)
  told?.close()
  await held(2)
  const others = tabs.filter((tab) => tab !== told)
  await hear(others, said('Hello?', 6))
  await eventually(() => others.flatMap(({ shown }) => shown).join() === 'Hello?')
  expect(told?.shown).toEqual(['Are you there?'])
})

test('nobody is told while any tab is looked at', async () => {
  const [away, seen] = [openTab(), openTab({ isLooking: true })]
  await held(3)
  await hear([away, seen], said('Are you there?', 5))
  seen.close()
  await eventually(async () => {
    const { held = [] } = await navigator.locks.query()
    return held.every(({ name }) => name === 'parley/notifying')
  })
  await hear([away], said('Hello?', 6))
  await eventually(() => away.shown.length > 0)
  expect([...away.shown, ...seen.shown]).toEqual(['Hello?'])
})

test('what a resume brings is one announcement, and own words are none', async () => {
  const tab = openTab()
  await held(1)
  for (let seq = 5; seq <= 9; seq += 1) tab.list.set([said(`Word ${seq}`, seq)])
  await tab.clock.advance(1_000)
  await eventually(() => tab.shown.join() === 'Word 9')
  await hear([tab], said('My own', 10, me))
  expect(tab.shown).toEqual(['Word 9'])
})
