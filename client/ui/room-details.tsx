/** A room from behind: what it is called and about, who is in it, and everything that can be done with it. */
import { useState } from 'preact/hooks'
import type { Room, User } from '#protocol/wire.ts'
import type { Question } from './confirm.tsx'
import { Confirm } from './confirm.tsx'
import { dateOf } from './dates.ts'
import { Dialog } from './dialog.tsx'
import { Fault } from './fault.tsx'
import { useParts } from './parts.ts'
import { RoomFields } from './room-fields.tsx'
import { RoomMembers } from './room-members.tsx'
import { RoomWays } from './room-ways.tsx'
import { useCell } from './use-cell.ts'
import { useMembers } from './use-members.ts'
import { nameOf, titleOf } from './words.ts'

type Needs = { roomId: string; user: User; onClose: () => void }

export function RoomDetails({ roomId, user, onClose }: Needs) {
  const { engine } = useParts()
  const summary = useCell(engine.rooms).find(({ room }) => room.id === roomId)
  const { members, fault } = useMembers(roomId)
  const users = useCell(engine.users)
  const [question, setQuestion] = useState<Question | null>(null)
  if (summary === undefined) return null
  const { room } = summary
  const isOwner = room.ownerId === user.id && room.kind !== 'direct'
  const title = titleOf(summary, users, user.id)
  return (
    <Dialog title={room.kind === 'direct' ? 'Conversation' : 'Room details'} onClose={onClose} wide={true}>
      <RoomFields room={room} title={title} isOwner={isOwner} />
      <p class="hint">{originOf(room, users)}</p>
      <RoomWays summary={summary} user={user} isOwner={isOwner} title={title} ask={setQuestion} onClose={onClose} />
      <Fault text={fault} />
      <RoomMembers room={room} members={members} user={user} isOwner={isOwner} ask={setQuestion} />
      {question && <Confirm question={question} onClose={() => setQuestion(null)} />}
    </Dialog>
  )
}

const kinds = {
  public: 'Public: everybody who is signed in can find it, read it and join',
  private: 'Private: only its members can see it',
  direct: 'Only the people in it can read it',
  thread: 'A thread',
}

function originOf({ kind, ownerId, createdAt }: Room, users: ReadonlyMap<string, User>): string {
  const owner = ownerId === null ? '' : ` Owned by ${nameOf(users, ownerId)}.`
  return `${kinds[kind]}. Created on ${dateOf(createdAt)}.${owner}`
}
