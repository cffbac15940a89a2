/** One row of the timeline: a message, or a draft on its way to become one; the same element from draft to message. */

import type { ComponentChildren } from 'preact'
import type { Message, User } from '#protocol/wire.ts'
import type { DraftView, RoomHandle } from '../engine/face.ts'
import { Avatar } from './avatar.tsx'
import { fullTimeOf, timeOf } from './dates.ts'
import { DraftState } from './draft-state.tsx'
import { EditBox } from './edit-box.tsx'
import { Icon } from './icon.tsx'
import { MessageToolbar } from './message-actions.tsx'
import { MessageBody } from './message-body.tsx'
import { Reactions } from './reactions.tsx'
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
  users: ReadonlyMap<string, User>
  viewer: Viewer
  handle: RoomHandle
  act: RoomActions
}

export function MessageRow(needs: MessageNeeds) {
  const { message, draft, grouped, active, editing, quoted, users, viewer, handle, act } = needs
  const authorId = message?.authorId ?? viewer.user.id
  const at = message?.sentAt ?? draft?.createdAt ?? ''
  const replyTo = message?.replyTo ?? draft?.replyTo
  const ownMention = message?.body?.includes(`@${viewer.user.username}`) ?? false
  return (
    <div
      class="message"
      data-grouped={grouped}
      data-state={draft?.state}
      data-mentions={ownMention}
      data-editing={editing}
    >
      <div class="message-side">{grouped ? <Time at={at} /> : <Avatar user={users.get(authorId)} id={authorId} />}</div>
      <div class="message-main">
        {!grouped && (
          <div class="message-head">
            <span class="message-author" dir="auto">
              {nameOf(users, authorId)}
            </span>
            <Time at={at} />
          </div>
        )}
        {replyTo !== undefined && <Quote seq={replyTo} quoted={quoted} users={users} act={act} />}
        {editing && message ? (
          <EditBox message={message} handle={handle} onDone={act.cancelEdit} />
        ) : (
          <Body {...needs} />
        )}
        {message?.body != null && <Reactions message={message} users={users} viewer={viewer} act={act} />}
        {draft && <DraftState draft={draft} handle={handle} act={act} />}
      </div>
      {active && !editing && message?.body != null && (
        <MessageToolbar message={message} rights={rightsOf(message, viewer)} act={act} />
      )}
    </div>
  )
}

function Body({ message, draft, viewer }: MessageNeeds) {
  if (message?.body === null) return <p class="tombstone">This message was deleted</p>
  return (
    <Marked edited={message?.editedAt}>
      <MessageBody body={message?.body ?? draft?.body ?? ''} ownUsername={viewer.user.username} />
    </Marked>
  )
}

function Marked({ edited, children }: { edited: string | undefined; children: ComponentChildren }) {
  return (
    <>
      {children}
      {edited !== undefined && (
        <span class="edited" title={fullTimeOf(edited)}>
          edited
        </span>
      )}
    </>
  )
}

function Time({ at }: { at: string }) {
  return (
    <time class="message-time" dateTime={at} title={fullTimeOf(at)}>
      {timeOf(at)}
    </time>
  )
}

type QuoteNeeds = { seq: number; quoted: Message | null; users: ReadonlyMap<string, User>; act: RoomActions }

function Quote({ seq, quoted, users, act }: QuoteNeeds) {
  return (
    <button type="button" class="quote" onClick={() => act.show(seq)}>
      <Icon name="reply" size={14} />
      {quoted && <span class="quote-author">{nameOf(users, quoted.authorId)}</span>}
      <span class="quote-body" dir="auto">
        {quoted ? (quoted.body ?? 'This message was deleted') : 'An earlier message'}
      </span>
    </button>
  )
}
