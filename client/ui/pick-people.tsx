/** Finds people and picks some of them, for whatever is to be done with them. */

import { useState } from 'preact/hooks'
import type { Answer, User } from '#protocol/wire.ts'
import { Avatar } from './avatar.tsx'
import { Dialog } from './dialog.tsx'
import { Fault } from './fault.tsx'
import { Icon } from './icon.tsx'
import { useParts } from './parts.ts'
import { useSearch } from './use-search.ts'
import { faultOf } from './words.ts'

type Needs<Value> = {
  title: string
  action: string
  most: number
  /** Not to be found. */
  without: ReadonlySet<string>
  run: (people: readonly User[]) => Promise<Answer<Value>>
  onDone: (value: Value) => void
  onClose: () => void
}

export function PickPeople<Value>({ title, action, most, without, run, onDone, onClose }: Needs<Value>) {
  const { engine } = useParts()
  const { text, setText, found, fault: searchFault } = useSearch(engine.findUsers)
  const [picked, setPicked] = useState<User[]>([])
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const isPicked = (person: User) => picked.some((one) => one.id === person.id)
  const isFull = picked.length >= most
  const people = found?.filter((person) => !without.has(person.id))

  function toggle(person: User): void {
    if (isPicked(person)) setPicked(picked.filter((one) => one.id !== person.id))
    else if (!isFull) setPicked([...picked, person])
  }

  async function finish(event: Event): Promise<void> {
    event.preventDefault()
    if (picked.length === 0 || busy) return
    setBusy(true)
    const answer = await run(picked)
    setBusy(false)
    setFault(faultOf(answer))
    if (!answer.ok) return
    onClose()
    onDone(answer.value)
  }

  return (
    <Dialog title={title} onClose={onClose} typing={true}>
      <form class="form" onSubmit={(event) => void finish(event)}>
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
        <ul class="picks" aria-label="People found">
          {people?.map((person) => (
            <li key={person.id}>
              <button
                type="button"
                class="pick"
                aria-pressed={isPicked(person)}
                disabled={isFull && !isPicked(person)}
                onClick={() => toggle(person)}
              >
                <Avatar user={person} id={person.id} />
                <span class="pick-words">
                  <span dir="auto">{person.displayName}</span>
                  <span>@{person.username}</span>
                </span>
                {isPicked(person) && <Icon name="check" />}
              </button>
            </li>
          ))}
        </ul>
        {people?.length === 0 && <p class="pick-nothing">Nobody else is called that.</p>}
        <div class="dialog-foot">
          <button type="submit" class="button" data-kind="main" disabled={picked.length === 0 || busy}>
            {action}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
