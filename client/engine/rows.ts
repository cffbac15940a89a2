/** Turns what is loaded and what is on its way into the rows of a list. */
import type { Message } from '#protocol/wire.ts'
import type { DraftView, Row } from './face.ts'
import type { OpenTimeline } from './timeline.ts'

/** Keeps each row the same object as long as what it shows is, so that a UI can skip it. */
export function openRowMaker({ userId }: { userId: string }) {
  const messageRows = new WeakMap<Message, Row>()
  const draftRows = new WeakMap<DraftView, Row>()
  /** What was shown last: most of it is shown again, in the same place. */
  let last: { messages: readonly Message[]; rows: readonly Row[] } = { messages: [], rows: [] }

  function ofMessage(message: Message): Row {
    const known = messageRows.get(message)
    if (known !== undefined) return known
    const row: Row = { kind: 'message', key: message.id, message }
    messageRows.set(message, row)
    return row
  }

  function ofDraft(draft: DraftView): Row {
    const known = draftRows.get(draft)
    if (known !== undefined) return known
    const row: Row = { kind: 'draft', key: draft.id, draft }
    draftRows.set(draft, row)
    return row
  }

  function ofWindow(messages: readonly Message[]): Row[] {
    const rows = messages.map((message, at) => {
      const row = last.messages[at] === message ? last.rows[at] : undefined
      return row ?? ofMessage(message)
    })
    last = { messages, rows }
    return rows.slice()
  }

  return function rowsOf(timeline: OpenTimeline, drafts: readonly DraftView[], head: number): Row[] {
    const window = timeline.window()
    const rows = window === null ? [] : ofWindow(timeline.slice(window))
    if (window !== null && !timeline.isAtEnd()) {
      const to = Math.max(head, timeline.tail()?.to ?? 0)
      rows.push({ kind: 'gap', key: `gap-${window.to}`, from: window.to + 1, to })
    } else rows.push(...timeline.ahead().map(ofMessage))
    for (const draft of drafts) if (!isShown(rows, draft.id)) rows.push(ofDraft(draft))
    return rows
  }

  /** Whether the draft is a message already; somebody else's message of the same id does not count. */
  function isShown(rows: readonly Row[], id: string): boolean {
    return rows.some((row) => row.key === id && row.kind === 'message' && row.message.authorId === userId)
  }
}
