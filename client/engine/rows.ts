/** Turns what is loaded and what is on its way into the rows of a list. */
import type { DraftView, Row } from './face.ts'
import type { OpenTimeline } from './timeline.ts'

/** Keeps each row the same object as long as what it shows is, so that a UI can skip it. */
export function openRowMaker({ userId }: { userId: string }) {
  const draftRows = new WeakMap<DraftView, Row>()

  function ofDraft(draft: DraftView): Row {
    const known = draftRows.get(draft)
    if (known !== undefined) return known
    const row: Row = { kind: 'draft', key: draft.id, draft }
    draftRows.set(draft, row)
    return row
  }

  return function rowsOf(timeline: OpenTimeline, drafts: readonly DraftView[], head: number): Row[] {
    const window = timeline.window()
    const rows: Row[] = window === null ? [] : timeline.slice(window)
    if (window !== null && !timeline.isAtEnd()) {
      const to = Math.max(head, timeline.tail()?.to ?? 0)
      rows.push({ kind: 'gap', key: `gap-${window.to}`, from: window.to + 1, to })
    } else rows.push(...timeline.ahead())
    for (const draft of drafts) if (!isShown(rows, draft.id)) rows.push(ofDraft(draft))
    return rows
  }

  /** Whether the draft is a message already; somebody else's message of the same id does not count. */
  function isShown(rows: readonly Row[], id: string): boolean {
    return rows.some((row) => row.key === id && row.kind === 'message' && row.message.authorId === userId)
  }
}
