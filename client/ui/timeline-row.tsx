/** A row as the timeline places it: the day it begins, the unread line before it, and the message, draft or gap itself. */

import { useMemo } from 'preact/hooks'
import type { Message, User } from '#protocol/wire.ts'
import type { RoomHandle, Row } from '../engine/face.ts'
import { dayName, dayOf, timeOf } from './dates.ts'
import { Icon } from './icon.tsx'
import { MessageRow } from './message.tsx'
import type { RoomActions, Viewer } from './room-actions.ts'
import { count, nameOf } from './words.ts'

export type RowNeeds = {
  row: Row
  before: Row | undefined
  head: number
  nowMs: number
  /** The first unread message is this one. */
  divides: boolean
  active: boolean
  tabbable: boolean
  editing: boolean
  flashed: boolean
  quoted: Message | null
  /** By somebody whom the viewer blocks. */
  blocked: boolean
  /** The same array until others have read. */
  readers: readonly string[]
  users: ReadonlyMap<string, User>
  viewer: Viewer
  handle: RoomHandle
  act: RoomActions
}

const groupMs = 5 * 60_000

/** Drawn anew only when something it shows has changed: a timeline draws often, most of its rows never change. */
export function TimelineRow(needs: RowNeeds) {
  const { nowMs, before, ...rest } = needs
  const today = dayOf(nowMs)
  return useMemo(() => draw(needs), [today, before, ...Object.values(rest)])
}

function draw(needs: RowNeeds) {
  const { row, before, head, nowMs, divides, tabbable, flashed, ...rest } = needs
  const { viewer } = rest
  const label = labelOf(needs)
  const own = row.kind === 'draft' || (row.kind === 'message' && row.message.authorId === viewer.user.id)
  const day = dayStarting(row, before)
  return (
    <article
      class="row"
      data-key={row.key}
      data-seq={row.kind === 'message' ? row.message.seq : undefined}
      data-kind={row.kind}
      data-flashed={flashed}
      aria-label={label}
      aria-posinset={row.kind === 'message' ? row.message.seq : undefined}
      aria-setsize={row.kind === 'message' ? Math.max(head, row.message.seq) : undefined}
      tabIndex={tabbable ? 0 : -1}
    >
      {day !== null && (
        <h2 class="day">
          <span>{dayName(day, nowMs)}</span>
        </h2>
      )}
      {divides && !own && (
        <p class="unread-line">
          <span>New</span>
        </p>
      )}
      {row.kind === 'gap' ? (
        <Gap from={row.from} to={row.to} handle={rest.handle} />
      ) : (
        <MessageRow
          {...rest}
          message={row.kind === 'message' ? row.message : null}
          draft={row.kind === 'draft' ? row.draft : null}
          grouped={day === null && !(divides && !own) && isGrouped(row, before, viewer.user.id)}
        />
      )}
    </article>
  )
}

function Gap({ from, to, handle }: { from: number; to: number; handle: RoomHandle }) {
  return (
    <div class="gap">
      <Icon name="gap" size={18} />
      <span>{count(to - from + 1, 'message')} not loaded</span>
      <button type="button" class="link-button" onClick={() => void handle.loadNewer()}>
        Load
      </button>
    </div>
  )
}

function atOf(row: Row | undefined): string | null {
  if (row?.kind === 'message') return row.message.sentAt
  return row?.kind === 'draft' ? row.draft.createdAt : null
}

function dayStarting(row: Row, before: Row | undefined): string | null {
  const at = atOf(row)
  const beforeAt = atOf(before)
  return at !== null && (beforeAt === null || dayOf(at) !== dayOf(beforeAt)) ? at : null
}

function isGrouped(row: Row, before: Row | undefined, ownId: string): boolean {
  const [at, beforeAt] = [atOf(row), atOf(before)]
  if (at === null || beforeAt === null || before === undefined) return false
  const replies =
    (row.kind === 'message' ? row.message.replyTo : row.kind === 'draft' ? row.draft.replyTo : undefined) !== undefined
  return (
    !replies &&
    authorOf(row, ownId) === authorOf(before, ownId) &&
    Math.abs(Date.parse(at) - Date.parse(beforeAt)) < groupMs
  )
}

function authorOf(row: Row, ownId: string): string | null {
  if (row.kind === 'gap') return null
  return row.kind === 'draft' ? ownId : row.message.authorId
}

const spokenLength = 300

function labelOf({ row, users, viewer, blocked }: RowNeeds): string {
  if (blocked) return 'A message by somebody you block'
  if (row.kind === 'gap') return 'Messages that are not loaded'
  if (row.kind === 'draft')
    return `${viewer.user.displayName}, ${row.draft.state === 'failed' ? 'not sent' : 'sending'}: ${row.draft.body}`
  const { authorId, sentAt, body } = row.message
  return `${nameOf(users, authorId)}, ${timeOf(sentAt)}: ${body === null ? 'deleted' : body.slice(0, spokenLength)}`
}
