/** Finds one or several people and opens the conversation with them; it exists once, whoever began it. */

import { useState } from 'preact/hooks'
import { limits } from '#protocol/limits.ts'
import type { User } from '#protocol/wire.ts'
import { Avatar } from './avatar.tsx'
import { Dialog } from './dialog.tsx'
import { Fault } from './fault.tsx'
import { Icon } from './icon.tsx'
import { useParts } from './parts.ts'
import { useSearch } from './use-search.ts'
import { faultOf } from './words.ts'

export function NewDirect({ user, onClose }: { user: User; onClose: () => void }) {
  const { engine, router } = useParts()
  const { text, setText, found, fault: searchFault } = useSearch(engine.findUsers)
  const [picked, setPicked] = useState<User[]>([])
  const [fault, setFault] = useState<string | null>(null)
  const full = picked.length >= limits.directMembers - 1

  function toggle(person: User): void {
    const on = picked.some((one) => one.id === person.id)
    if (on) setPicked(picked.filter((one) => one.id !== person.id))
    else if (!full) setPicked([...picked, person])
  }

  async function start(event: Event): Promise<void> {
    event.preventDefault()
    if (picked.length === 0) return
    const answer = await engine.createRoom({ kind: 'direct', memberIds: picked.map((one) => one.id) })
    setFault(faultOf(answer))
    if (!answer.ok) return
    onClose()
    router.go(answer.value.id)
  }

  return (
    <Dialog title="New direct message" onClose={onClose}>
      <form class="form" onSubmit={(event) => void start(event)}>
        {picked.length > 0 && (
          <ul class="chips" aria-label="Chosen people">
            {picked.map((person) => (
              <li key={person.id}>
                <button
                  type="button"
                  class="chip"
                  aria-label={`Remove ${person.displayName}`}
                  onClick={() => toggle(person)}
                >
                  {person.displayName}
                  <Icon name="close" size={14} />
                </button>
              </li>
            ))}
          </ul>
        )}
        <input
          class="input"
          type="search"
          aria-label="Search people"
          placeholder="Name or username"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <Fault text={fault ?? searchFault} />
        <ul class="picks" aria-label="People">
          {found
            ?.filter((person) => person.id !== user.id)
            .map((person) => {
              const on = picked.some((one) => one.id === person.id)
              return (
                <li key={person.id}>
                  <button
                    type="button"
                    class="pick"
                    aria-pressed={on}
                    disabled={full && !on}
                    onClick={() => toggle(person)}
                  >
                    <Avatar user={person} id={person.id} />
                    <span class="pick-words">
                      <span dir="auto">{person.displayName}</span>
                      <span>@{person.username}</span>
                    </span>
                    {on && <Icon name="check" />}
                  </button>
                </li>
              )
            })}
        </ul>
        {found?.length === 0 && <p class="pick-nothing">Nobody is called that.</p>}
        <div class="dialog-foot">
          <button type="submit" class="button" data-kind="main" disabled={picked.length === 0}>
            Start talking
          </button>
        </div>
      </form>
    </Dialog>
  )
}
