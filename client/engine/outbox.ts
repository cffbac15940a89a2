/** What was written and is not acknowledged yet: kept, in order, and sent as often as it takes. */
import type { RefusalCode } from '#protocol/refusals.ts'
import type { Message, Sent } from '#protocol/wire.ts'
import { backOff, type Call, isFinal } from './answer.ts'
import type { Cancel, Clock } from './clock.ts'
import { messageOf, viewOf } from './draft-view.ts'
import type { DraftView, Waiting } from './face.ts'
import type { KeptDraft, Shelf } from './shelf.ts'
import type { Tabs } from './tabs.ts'

type Needs = {
  userId: string
  shelf: Shelf
  call: Call
  isOnline: () => boolean
  tabs: Tabs
  clock: Clock
  random: () => number
  newId: (nowMs: number) => string
  /** The drafts of this room are others than before. */
  onChange: (roomId: string) => void
  /** The server has it. Called before `onChange` drops the draft, so that the row never blinks. */
  onSent: (message: Message, sent: Sent) => void
}

type Draft = {
  kept: KeptDraft
  view: DraftView
  stored: Promise<void>
  attempts: number
  /** An attempt of unknown outcome: it may be a message, whatever later attempts are answered. */
  isUnsure: boolean
  cancelSlow: Cancel
}
type Line = { drafts: Draft[]; isSending: boolean; faults: number; cancelRetry: Cancel }

/** How long a send may take before anybody needs to see that it does. */
const slowMs = 300

export type Outbox = ReturnType<typeof openOutbox>

/** Drafts of one room are sent one at a time: the next only when the last was answered. [L9] */
export function openOutbox({ userId, shelf, call, isOnline, tabs, clock, random, newId, onChange, onSent }: Needs) {
  const lines = new Map<string, Line>()
  const others = new Map<string, () => void>()
  let order = 0
  let isClosed = false

  function lineOf(roomId: string): Line {
    const known = lines.get(roomId)
    if (known !== undefined) return known
    const line: Line = { drafts: [], isSending: false, faults: 0, cancelRetry: () => {} }
    lines.set(roomId, line)
    return line
  }

  const find = (roomId: string, id: string) => lines.get(roomId)?.drafts.find(({ kept }) => kept.id === id)
  const keep = (kept: KeptDraft) => shelf.putDraft(kept).catch(() => {}) // a broken disk must not hold up a send

  function show(draft: Draft, state: DraftView['state'], refusal?: RefusalCode): void {
    draft.view = viewOf(draft.kept, state, refusal)
    draft.cancelSlow()
    if (state !== 'sending') return
    draft.cancelSlow = clock.after(slowMs, () => {
      show(draft, 'slow')
      onChange(draft.kept.roomId)
    })
  }

  function put(draft: Draft, kept: KeptDraft): void {
    draft.kept = kept
    draft.stored = keep(kept)
  }

  /** Whether its words may still change: on disk first, so that a tab that inherits it knows as much. [L3] */
  function mark(draft: Draft, isUnsent: boolean): void {
    const { unsent: _, ...kept } = draft.kept
    put(draft, isUnsent ? { ...kept, unsent: true } : kept)
    draft.view = { ...draft.view, editable: isUnsent }
    onChange(kept.roomId)
  }

  function add(kept: KeptDraft, isInherited = false): void {
    const { roomId, refusal } = kept
    if (find(roomId, kept.id) !== undefined || isClosed) return
    order = Math.max(order, kept.order) // of before a clock was set back: what is written from now on comes after it [L9]
    const isUnsure = isInherited && kept.unsent !== true
    const attempts = isUnsure ? 1 : 0
    const view = viewOf(kept, 'sending')
    const draft: Draft = { kept, view, stored: keep(kept), attempts, isUnsure, cancelSlow: () => {} }
    show(draft, refusal === undefined ? 'sending' : 'failed', refusal)
    const line = lineOf(roomId)
    line.drafts = [...line.drafts, draft].sort((a, b) => a.kept.order - b.kept.order)
    onChange(roomId)
    flush(roomId)
  }

  function drop(draft: Draft): void {
    const { roomId, id } = draft.kept
    const line = lineOf(roomId)
    draft.cancelSlow()
    line.drafts = line.drafts.filter((other) => other !== draft)
    draft.stored.then(() => shelf.dropDraft(id)).catch(() => {})
    onChange(roomId)
  }

  function dropKnown(roomId: string, id: string): void {
    const draft = find(roomId, id)
    if (draft !== undefined) drop(draft)
  }

  function fail(draft: Draft, refusal: RefusalCode): void {
    put(draft, { ...draft.kept, refusal })
    show(draft, 'failed', refusal)
    onChange(draft.kept.roomId)
  }

  function flush(roomId: string): void {
    const line = lineOf(roomId)
    line.cancelRetry()
    if (!line.isSending) void sendWaiting(roomId, line)
  }

  async function sendWaiting(roomId: string, line: Line): Promise<void> {
    line.isSending = true
    while (isOnline() && !isClosed) {
      const draft = line.drafts.find(({ view }) => view.state !== 'failed')
      if (draft === undefined) break
      await draft.stored // stored before sent: a crash in between must not lose it
      if (!line.drafts.includes(draft) || isClosed) continue
      if (draft.kept.unsent) {
        mark(draft, false)
        continue // the disk knows before it goes out
      }
      draft.attempts += 1
      const { id, body, replyTo } = draft.kept
      const answer = await call('message:send', { roomId, id, body, ...(replyTo === undefined ? {} : { replyTo }) })
      if (isClosed) break
      if (!answer.ok) draft.isUnsure ||= !answer.definite
      const isStillOurs = line.drafts.includes(draft) // else it arrived by other ways, or was discarded
      if (answer.ok) {
        line.faults = 0
        if (isStillOurs) {
          onSent(messageOf(draft.kept, userId, draft.attempts, answer.value), answer.value)
          drop(draft)
        }
        continue
      }
      if (isStillOurs && !draft.isUnsure) mark(draft, true)
      if (!isFinal(answer)) {
        const delayMs = answer.retryInMs ?? backOff(line.faults++, random)
        line.cancelRetry = clock.after(delayMs, () => flush(roomId))
        break
      }
      if (isStillOurs) fail(draft, answer.code)
    }
    line.isSending = false // in the tick of the last look at the drafts, else one sleeps forever
  }

  /** Takes over what this tab, or one that has died, left unsent. */
  async function inherit(tab: string): Promise<void> {
    const drafts = await shelf.drafts()
    for (const kept of drafts) if (kept.tab === tab && !isClosed) add({ ...kept, tab: tabs.own }, true)
  }

  /** Of tabs that have something unsent: whoever dies is inherited, whenever it came. */
  async function watchOthers(): Promise<void> {
    const unsent = new Set((await shelf.drafts()).map(({ tab }) => tab).filter((tab) => tab !== tabs.own))
    for (const tab of unsent) {
      if (others.has(tab) || isClosed) continue
      others.set(tab, () => {}) // it may be dead, and inherited at once
      others.set(
        tab,
        tabs.outlive(tab, () => void inherit(tab).catch(() => {})),
      )
    }
  }

  /** Out it goes once more; under a new id only if the old one belongs to another message. */
  function again(draft: Draft, body: string): void {
    const { refusal, ...kept } = draft.kept
    if (refusal === 'id-taken') {
      shelf.dropDraft(kept.id).catch(() => {})
      put(draft, { ...kept, body, id: newId(clock.now()), unsent: true })
      draft.isUnsure = false
    } else put(draft, { ...kept, body })
    show(draft, 'sending')
    onChange(kept.roomId)
    flush(kept.roomId)
  }

  return {
    /** Resolves when our drafts are back; those of other tabs follow as these prove dead. */
    async load(): Promise<void> {
      await inherit(tabs.own) // the same page, signed in once more
      await watchOthers()
    },
    put(roomId: string, body: string, replyTo?: number): string {
      const nowMs = clock.now()
      order = Math.max(order + 1, nowMs)
      const id = newId(nowMs)
      const createdAt = new Date(nowMs).toISOString()
      const kept = { id, roomId, body, createdAt, order, tab: tabs.own, ...(replyTo === undefined ? {} : { replyTo }) }
      const goesAtOnce = isOnline() && lineOf(roomId).drafts.length === 0 // spares the disk a second word about it
      add(goesAtOnce ? kept : { ...kept, unsent: true })
      return id
    },
    /** A refused draft once more. */
    retry(roomId: string, id: string): void {
      const draft = find(roomId, id)
      if (draft?.view.state === 'failed') again(draft, draft.kept.body)
    },
    /** Other words, as long as it is certain that nobody has these: one id never stands for two bodies. [L3] */
    rewrite(roomId: string, id: string, body: string): boolean {
      const draft = find(roomId, id)
      if (draft?.kept.unsent !== true) return false
      again(draft, body)
      return true
    },
    discard: dropKnown,
    /** The message of this id was seen in its room: as good as an ack. */
    arrived: dropKnown,
    /** Online again: everything unacknowledged goes out anew, with the same ids. */
    flushAll(): void {
      for (const roomId of lines.keys()) flush(roomId)
      watchOthers().catch(() => {})
    },
    of: (roomId: string): DraftView[] => (lines.get(roomId)?.drafts ?? []).map(({ view }) => view),
    /** Of all rooms, in the order they were written. */
    all(): Waiting[] {
      const drafts = [...lines.values()].flatMap((line) => line.drafts).sort((a, b) => a.kept.order - b.kept.order)
      return drafts.map(({ kept: { roomId }, view }) => ({ roomId, draft: view }))
    },
    hasFailed: (roomId: string) => (lines.get(roomId)?.drafts ?? []).some(({ view }) => view.state === 'failed'),
    close(): void {
      isClosed = true
      for (const release of others.values()) release()
      for (const line of lines.values()) {
        line.cancelRetry()
        for (const draft of line.drafts) draft.cancelSlow()
      }
    },
  }
}
