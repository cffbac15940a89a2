/** One row of the timeline: a message, or a draft on its way to become one; the same element from draft to message. */

import { useState } from 'preact/hooks'
import type { Message, User } from '#protocol/wire.ts'
import type { DraftView, RoomHandle } from '../engine/face.ts'
import { Avatar } from './avatar.tsx'
import { mentions } from './body-text.ts'
import { fullTimeOf, timeOf } from './dates.ts'
import { DraftBox } from './draft-box.tsx'
import { DraftWays } from './draft-ways.tsx'
import { EditBox } from './edit-box.tsx'
import { MessageToolbar } from './message-actions.tsx'
import { MessageBody } from './message-body.tsx'
import { useParts } from './parts.ts'
import { Pinned } from './pinned.tsx'
import { Quote } from './quote.tsx'
import { Reactions } from './reactions.tsx'
import { ReadBy } from './read-by.tsx'
import type { RoomActions, Viewer } from './room-actions.ts'
import { rightsOf } from './room-actions.ts'
import { nameOf } from './words.ts'

export type MessageNeeds = {
  message: Message | null
  draft: DraftView | null
  /** Same author as the row before, a little later: no face, no name. */
  grouped: boolean
  /** Has the focus or the mouse: shows its toolbar. */
  active: boolean
  editing: boolean
  /** The message this one answers; `null` if it is not loaded. */
  quoted: Message | null
  /** Who has read it, under the last own message that somebody has. */
  readers: readonly string[]
  /** By somebody whom the viewer blocks. */
  blocked: boolean
  users: ReadonlyMap<string, User>
  viewer: Viewer
  handle: RoomHandle
  act: RoomActions
}

export function MessageRow(needs: MessageNeeds) {
  const { message, draft, grouped, active, editing, quoted, readers, blocked, users, viewer, handle, act } = needs
  const [isRewriting, setRewriting] = useState(draft !== null && act.edits.has(draft.id))
  const [isShown, setShown] = useState(false)
  const { dialog } = useParts()
  const authorId = message?.authorId ?? viewer.user.id
  const at = message?.sentAt ?? draft?.createdAt ?? ''
  const replyTo = message?.replyTo ?? draft?.replyTo
  const ownMention = mentions(message?.body ?? '', viewer.user.username)
  const showAuthor = () => dialog.set({ kind: 'profile', userId: authorId })
  if (blocked && !isShown) return <Hidden onShow={() => setShown(true)} />
  return (
    <div
      class="message"
      data-grouped={grouped}
      data-state={draft?.state}
      data-mentions={ownMention}
      data-editing={editing}
    >
      {message?.pinnedBy !== undefined && <Pinned by={message.pinnedBy} users={users} viewer={viewer} />}
      <div class="message-side">
        {grouped ? (
          <Time at={at} />
        ) : (
          <button type="button" class="message-face" tabIndex={-1} aria-hidden="true" onClick={showAuthor}>
            <Avatar user={users.get(authorId)} id={authorId} />
          </button>
        )}
      </div>
      <div class="message-main">
        {!grouped && (
          <div class="message-head">
            <button type="button" class="message-author" dir="auto" tabIndex={active ? 0 : -1} onClick={showAuthor}>
              {nameOf(users, authorId)}
            </button>
            <Time at={at} />
          </div>
        )}
        {replyTo !== undefined && <Quote seq={replyTo} quoted={quoted} users={users} act={act} />}
        {editing && message && <EditBox message={message} handle={handle} edits={act.edits} onDone={act.cancelEdit} />}
        {draft && isRewriting && (
          <DraftBox draft={draft} handle={handle} edits={act.edits} onDone={() => setRewriting(false)} />
        )}
        {!(editing && message) && !isRewriting && <Body {...needs} />}
        {message?.body != null && <Reactions message={message} users={users} viewer={viewer} act={act} />}
        {readers.length > 0 && <ReadBy ids={readers} users={users} />}
        {draft && !isRewriting && (
          <DraftWays draft={draft} handle={handle} act={act} onEdit={() => setRewriting(true)} />
        )}
      </div>
      {active && !editing && message?.body != null && (
        <MessageToolbar message={message} rights={rightsOf(message, viewer)} act={act} />
      )}
    </div>
  )
}

function Hidden({ onShow }: { onShow: () => void }) {
  return (
    <p class="hidden-message">
      A message by somebody you block
      <button type="button" class="link-button" onClick={onShow}>
        Show
      </button>
    </p>
  )
}

function Body({ message, draft, viewer }: MessageNeeds) {
  if (message?.body === null) return <p class="tombstone">This message was deleted</p>
  const edited = message?.editedAt
  return (
    <MessageBody
      body={message?.body ?? draft?.body ?? ''}
      ownUsername={viewer.user.username}
      note={
        <>
          {edited !== undefined && (
            <span class="note" title={fullTimeOf(edited)}>
              edited
            </span>
          )}
          {draft?.state === 'slow' && <span class="note">sending…</span>}
        </>
      }
    />
  )
}

function Time({ at }: { at: string }) {
  return (
    <time class="message-time" dateTime={at} title={fullTimeOf(at)}>
      {timeOf(at)}
    </time>
  )
}
