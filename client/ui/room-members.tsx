/** Everybody in a room, with what its owner can do about them. */
import { useState } from 'preact/hooks'
import type { Member, Room, User } from '#protocol/wire.ts'
import { Avatar } from './avatar.tsx'
import type { Question } from './confirm.tsx'
import { fitOf } from './fits.ts'
import { Icon } from './icon.tsx'
import { Menu, MenuItem } from './menu.tsx'
import type { Spot } from './parts.ts'
import { useParts } from './parts.ts'
import { handingOver, removing } from './room-questions.ts'
import { useCell } from './use-cell.ts'
import { count, nameOf } from './words.ts'

type Needs = {
  room: Room
  members: readonly Member[]
  user: User
  isOwner: boolean
  ask: (question: Question) => void
}

/** More are found by name: a list of thousands helps nobody. */
const listed = 100
const searchable = 8

export function RoomMembers({ room, members, user, isOwner, ask }: Needs) {
  const { engine, spoken } = useParts()
  const users = useCell(engine.users)
  const [text, setText] = useState('')
  const [menu, setMenu] = useState<{ member: Member; at: Spot } | null>(null)
  const found = members
    .filter(({ userId }) => fitOf(text, `${nameOf(users, userId)} ${users.get(userId)?.username ?? ''}`) !== null)
    .toSorted((a, b) => rank(a) - rank(b) || nameOf(users, a.userId).localeCompare(nameOf(users, b.userId)))

  const choose = (question: Question) => {
    setMenu(null)
    ask(question)
  }
  const chosenName = menu === null ? '' : nameOf(users, menu.member.userId)

  return (
    <section class="details-members">
      <h3>{count(room.memberCount, 'member')}</h3>
      {members.length > searchable && (
        <input
          class="input"
          type="search"
          aria-label="Search members"
          placeholder="Name or username"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      )}
      <ul class="picks" aria-label="Members">
        {found.slice(0, listed).map((member) => (
          <MemberRow
            key={member.userId}
            member={member}
            person={users.get(member.userId)}
            isOwn={member.userId === user.id}
            onMore={isOwner && member.userId !== user.id ? (at) => setMenu({ member, at }) : null}
          />
        ))}
      </ul>
      {found.length > listed && <p class="hint">and {count(found.length - listed, 'more', 'more')}</p>}
      {found.length === 0 && members.length > 0 && <p class="pick-nothing">Nobody here is called that.</p>}
      {menu && (
        <Menu at={menu.at} label={chosenName} onClose={() => setMenu(null)}>
          <MenuItem
            icon="crown"
            label="Make owner"
            onClick={() =>
              choose({
                ...handingOver(chosenName, room),
                run: () => engine.putMember(room.id, menu.member.userId, 'owner'),
                onDone: () => spoken.set(`${chosenName} owns the room now`),
              })
            }
          />
          <MenuItem
            icon="leave"
            label="Remove from the room"
            isAlert={true}
            onClick={() =>
              choose({
                ...removing(chosenName, room),
                run: () => engine.removeMember(room.id, menu.member.userId),
                onDone: () => spoken.set(`${chosenName} was removed`),
              })
            }
          />
        </Menu>
      )}
    </section>
  )
}

const rank = ({ role }: Member) => (role === 'owner' ? 0 : 1)

type RowNeeds = { member: Member; person: User | undefined; isOwn: boolean; onMore: ((at: Spot) => void) | null }

function MemberRow({ member, person, isOwn, onMore }: RowNeeds) {
  const { dialog } = useParts()
  const name = person?.displayName ?? '…'
  return (
    <li class="member">
      <button type="button" class="pick" onClick={() => dialog.set({ kind: 'profile', userId: member.userId })}>
        <Avatar user={person} id={member.userId} />
        <span class="pick-words">
          <span dir="auto">
            {name}
            {isOwn && ' (you)'}
          </span>
          <span dir="auto">
            @{person?.username}
            {person?.status && ` · ${person.status}`}
          </span>
        </span>
        {member.role === 'owner' && <span class="details-mark">owner</span>}
      </button>
      {onMore && (
        <button
          type="button"
          class="icon-button"
          aria-label={`What to do about ${name}`}
          aria-haspopup="menu"
          onClick={(event) => {
            const { left, bottom } = event.currentTarget.getBoundingClientRect()
            onMore({ left, top: bottom + 4 })
          }}
        >
          <Icon name="more" />
        </button>
      )}
    </li>
  )
}
