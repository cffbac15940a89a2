/** The open room: its head, its timeline, where one writes, and its people. */

import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Message, User } from '#protocol/wire.ts'
import type { RoomHandle } from '../engine/face.ts'
import { Composer } from './composer.tsx'
import { copyText } from './copy-text.ts'
import { JoinBar } from './join-bar.tsx'
import { LinkChip } from './link-chip.tsx'
import type { ListControl } from './message-list.tsx'
import { MessageList } from './message-list.tsx'
import { Missing } from './missing.tsx'
import { useParts } from './parts.ts'
import { People } from './people.tsx'
import type { RoomActions, Viewer } from './room-actions.ts'
import { rightsOf, toggleReaction } from './room-actions.ts'
import { RoomFault } from './room-fault.tsx'
import { RoomHead } from './room-head.tsx'
import { hashOf } from './route.ts'
import { useCell } from './use-cell.ts'
import { useLater } from './use-later.ts'
import { useNews } from './use-news.ts'
import { faultOf, titleOf } from './words.ts'

export function RoomScreen({ roomId, user }: { roomId: string; user: User }) {
  const { engine, shown, visited } = useParts()
  const [handle, setHandle] = useState<RoomHandle | null>(null)
  useLayoutEffect(() => {
    const opened = engine.open(roomId)
    setHandle(opened)
    shown.set(opened)
    visited.set([roomId, ...visited.get().filter((id) => id !== roomId)])
    return () => {
      shown.set(null)
      opened.close()
    }
  }, [engine, roomId, shown, visited])
  return handle === null ? <main class="room" /> : <OpenRoom handle={handle} user={user} />
}

const loadDialogs = () => import('./room-dialogs.tsx')

function OpenRoom({ handle, user }: { handle: RoomHandle; user: User }) {
  const { engine, router, spoken } = useParts()
  const route = useCell(router.route)
  const known = useCell(handle.room)
  const users = useCell(engine.users)
  const members = useCell(handle.members)
  const summaries = useCell(engine.rooms)
  const fault = useCell(handle.timeline).fault
  const [editing, setEditing] = useState<number | null>(null)
  const [replyTo, setReplyTo] = useState<Message | null>(null)
  const [chosen, setChosen] = useState<Message | null>(null)
  const [removing, setRemoving] = useState<Message | null>(null)
  const [missing, setMissing] = useState<string | null>(null)
  const [peopleShown, setPeopleShown] = useState(() => window.matchMedia('(min-width: 1160px)').matches)
  const list = useRef<ListControl | null>(null)
  const field = useRef<HTMLTextAreaElement>(null)
  const focusField = () => field.current?.focus({ preventScroll: true })

  const summary = summaries.find((one) => one.room.id === handle.roomId)
  const room = known ?? summary?.room ?? null // away from the server the list still knows it
  const title =
    room === null
      ? ''
      : titleOf(
          { room, memberIds: members.length > 0 ? members.map((one) => one.userId) : (summary?.memberIds ?? []) },
          users,
          user.id,
        )
  const mayDeleteAll = room?.ownerId === user.id && room.kind !== 'direct'
  const isGuest = room?.kind === 'public' && summary === undefined
  const mayWrite = room !== null && !room.archived && !isGuest
  const viewer: Viewer = useMemo(() => ({ user, mayWrite, mayDeleteAll }), [user, mayWrite, mayDeleteAll])
  useNews({ handle, viewer, title })

  const goTo = useCallback(
    async (seq: number) => {
      const found = (await list.current?.show(seq)) ?? true
      const isKnown = seq > 0 && seq <= handle.timeline.get().head
      setMissing(found ? null : isKnown ? 'This message cannot be loaded right now.' : 'There is no such message here.')
    },
    [handle],
  )
  useEffect(() => {
    if (route.roomId === handle.roomId && route.seq !== null) void goTo(route.seq)
  }, [route, handle, goTo])

  const found = useMemo(() => new Map<number, Message>(), [handle])
  const act: RoomActions = useMemo(
    () => ({
      async react(message, emoji) {
        const no = faultOf(await toggleReaction(handle, message, emoji, user.id))
        if (no) spoken.set(no)
      },
      async pin({ seq }, on) {
        spoken.set(faultOf(await handle.pin(seq, on)) ?? (on ? 'Pinned' : 'No longer pinned'))
      },
      async find(seq) {
        const known = found.get(seq)
        if (known !== undefined) return known
        const answer = await engine.message(handle.roomId, seq)
        if (!answer.ok) return null
        found.set(seq, answer.value)
        engine.needUsers([answer.value.authorId])
        return answer.value
      },
      reply(message) {
        setReplyTo(message)
        focusField()
      },
      edit: (message) => setEditing(message.seq),
      edits: new Map(),
      cancelEdit() {
        setEditing(null)
        focusField()
      },
      remove: setRemoving,
      copy: (text) => copyText(text, spoken),
      copyLink: ({ seq }) => copyText(new URL(hashOf(handle.roomId, seq), window.location.href).href, spoken),
      markUnread({ seq }) {
        handle.markUnread(seq)
        spoken.set('Unread from here')
      },
      show: (seq) => void goTo(seq),
      choose: setChosen,
    }),
    [handle, user, spoken, goTo, engine, found],
  )

  const later = useLater(loadDialogs, chosen !== null || removing !== null)
  const wasRemoving = useRef(removing)
  useEffect(() => {
    // the button that was pressed went with the message: the focus goes to its row
    if (wasRemoving.current !== null && removing === null && document.activeElement === document.body)
      list.current?.focus()
    wasRemoving.current = removing
  }, [removing])

  function closePeople(): void {
    setPeopleShown(false)
    document.querySelector<HTMLElement>('.people-button')?.focus()
  }

  function editLast(): void {
    const own = handle.timeline
      .get()
      .rows.findLast((row) => row.kind === 'message' && rightsOf(row.message, viewer).edit)
    if (own?.kind !== 'message') return
    setEditing(own.message.seq)
    list.current?.reveal(own.message.seq)
  }

  if (fault === 'not-found' || fault === 'forbidden') return <RoomFault onBack={() => router.go(null)} />
  return (
    <>
      <main class="room" aria-label={title}>
        <RoomHead
          room={room}
          title={title}
          handle={handle}
          act={act}
          viewer={viewer}
          peopleShown={peopleShown}
          onPeople={() => setPeopleShown(!peopleShown)}
        />
        <LinkChip />
        {missing !== null && <Missing text={missing} onClose={() => setMissing(null)} />}
        <MessageList
          handle={handle}
          room={room}
          title={title}
          viewer={viewer}
          editing={editing}
          act={act}
          control={list}
          onEscape={focusField}
        />
        {room?.archived ? (
          <p class="archived">This room is archived. It can be read, not written to.</p>
        ) : isGuest ? (
          <JoinBar roomId={room.id} title={title} />
        ) : (
          <Composer
            handle={handle}
            title={title}
            replyTo={replyTo}
            onReplied={() => setReplyTo(null)}
            onSent={() => list.current?.toEnd()}
            onEditLast={editLast}
            onEscape={() => list.current?.toEnd()}
            field={field}
          />
        )}
      </main>
      {peopleShown && <People handle={handle} onClose={closePeople} />}
      {later && (
        <later.RoomDialogs
          {...{ chosen, removing, users, viewer, handle, act }}
          onChosen={() => setChosen(null)}
          onRemoved={() => setRemoving(null)}
        />
      )}
    </>
  )
}
