/** All emoji to choose from: searched by name, walked with the arrow keys, the ones used last first. */
import { useEffect, useId, useMemo, useRef, useState } from 'preact/hooks'
import type { Emoji } from './emoji.ts'
import { emojiGroups, emojis, findEmoji } from './emoji.ts'
import { useParts } from './parts.ts'
import { stepTo } from './step-to.ts'
import { useCell } from './use-cell.ts'

const mostFound = 90

export function EmojiPicker({ onPick }: { onPick: (emoji: string) => void }) {
  const { recentEmoji } = useParts()
  const recent = useCell(recentEmoji.cell)
  const [typed, setTyped] = useState('')
  const [active, setActive] = useState<string | null>(null)
  const listId = useId()
  const search = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLDivElement>(null)

  const groups = useMemo(() => {
    if (typed.trim() !== '') return [{ name: 'Found', emojis: findEmoji(typed, mostFound) }]
    const used = recent.flatMap((text) => emojis.find((one) => one.text === text) ?? [])
    return used.length === 0 ? emojiGroups : [{ name: 'Used last', emojis: used }, ...emojiGroups]
  }, [typed, recent])
  const first = groups[0]?.emojis[0]
  const activeId = active ?? (typed !== '' && first ? idOf(listId, 0, first) : null)
  const meant = groups.flatMap((group, at) => group.emojis.filter((one) => idOf(listId, at, one) === activeId))[0]

  useEffect(() => {
    // on glass the keyboard would cover what has just opened
    if (window.matchMedia('(hover: hover)').matches) search.current?.focus({ preventScroll: true })
  }, [])

  function pick(text: string): void {
    recentEmoji.add(text)
    onPick(text)
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.isComposing || list.current === null) return
    if (event.key === 'Enter' && meant) pick(meant.text)
    else {
      const next = stepTo(event.key, [...list.current.querySelectorAll<HTMLElement>('[role="option"]')], activeId)
      const staysInText = active === null && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')
      if (next === null || staysInText) return
      setActive(next.id)
      next.scrollIntoView({ block: 'nearest' })
    }
    event.preventDefault()
  }

  return (
    <div class="emoji-picker">
      <input
        ref={search}
        class="input"
        type="search"
        {...comboBox}
        aria-controls={listId}
        aria-activedescendant={activeId ?? undefined}
        aria-label="Search emoji"
        placeholder="Search emoji"
        autocomplete="off"
        value={typed}
        onInput={(event) => {
          setTyped(event.currentTarget.value)
          setActive(null)
        }}
        onKeyDown={onKeyDown}
      />
      <div ref={list} id={listId} class="emoji-groups" role="listbox" aria-label="Emoji" tabIndex={-1}>
        {groups.map(({ name, emojis: some }, at) => (
          <div key={name} class="emoji-group" role="presentation">
            <span class="emoji-group-name" aria-hidden="true">
              {some.length === 0 ? 'Nothing is called that' : name}
            </span>
            <div class="emoji-choices" role="presentation">
              {some.map((emoji) => (
                <Choice key={emoji.text} id={idOf(listId, at, emoji)} {...{ emoji, activeId, onPick: pick }} />
              ))}
            </div>
          </div>
        ))}
      </div>
      <p class="emoji-meant" aria-hidden="true">
        {meant ? (
          <>
            <span>{meant.text}</span> :{meant.codes[0] ?? meant.label}:
          </>
        ) : (
          'Arrows to choose, Enter to take'
        )}
      </p>
    </div>
  )
}

const comboBox = { role: 'combobox', 'aria-expanded': true, 'aria-autocomplete': 'list', list: undefined } as const

const idOf = (listId: string, group: number, { text }: Emoji) => `${listId}-${group}-${text}`

type ChoiceNeeds = { id: string; emoji: Emoji; activeId: string | null; onPick: (text: string) => void }

function Choice({ id, emoji, activeId, onPick }: ChoiceNeeds) {
  return (
    <button
      type="button"
      id={id}
      class="emoji-choice"
      role="option"
      tabIndex={-1}
      aria-selected={id === activeId}
      aria-label={emoji.label}
      title={`:${emoji.codes[0] ?? emoji.label}:`}
      onPointerDown={(event) => event.preventDefault()}
      onClick={() => onPick(emoji.text)}
    >
      {emoji.text}
    </button>
  )
}
