/** Completes what is written at the caret: which choices there are, which one is meant, and the keys that decide. */
import type { RefObject } from 'preact'
import { useEffect, useId, useMemo, useState } from 'preact/hooks'
import type { RoomHandle } from '../engine/face.ts'
import type { Trigger } from './completion.ts'
import { codeAt, rankPeople, triggerAt } from './completion.ts'
import { useParts } from './parts.ts'
import { typeInto } from './type-into.ts'
import { useCell } from './use-cell.ts'

/** `insert` goes into the text, `sign` and `name` are shown. */
export type Choice = { key: string; userId?: string; sign: string; name: string; hint: string; insert: string }

type EmojiBook = typeof import('./emoji.ts')

const mostChoices = 8

export type Completion = ReturnType<typeof useCompletion>

export function useCompletion(field: RefObject<HTMLTextAreaElement | null>, handle: RoomHandle) {
  const { engine } = useParts()
  const listId = useId()
  const users = useCell(engine.users)
  const members = useCell(handle.members)
  const [trigger, setTrigger] = useState<Trigger | null>(null)
  const [at, setAt] = useState(0)
  /** Where Esc was pressed: it stays shut for that word. */
  const [shutAt, setShutAt] = useState<number | null>(null)
  const [book, setBook] = useState<EmojiBook | null>(null)
  const isEmoji = trigger?.kind === 'emoji'

  useEffect(() => {
    if (isEmoji && book === null) import('./emoji.ts').then(setBook, () => {})
  }, [isEmoji, book])
  useEffect(() => {
    if (trigger?.kind === 'person') engine.needUsers(members.map(({ userId }) => userId))
  }, [trigger?.kind, members, engine])

  const choices = useMemo((): readonly Choice[] => {
    if (trigger === null || trigger.from === shutAt) return []
    if (trigger.kind === 'emoji') return (book?.findEmoji(trigger.query, mostChoices) ?? []).map(choiceOfEmoji)
    const known = members.flatMap(({ userId }) => users.get(userId) ?? [])
    return rankPeople(trigger.query, known, mostChoices).map(({ id, username, displayName }) => ({
      key: id,
      userId: id,
      sign: '',
      name: displayName,
      hint: `@${username}`,
      insert: `@${username} `,
    }))
  }, [trigger, shutAt, book, members, users])
  const isOpen = choices.length > 0
  const idOf = (index: number) => `${listId}-${index}`

  function choose(index: number): void {
    const choice = choices[index]
    if (choice === undefined || trigger === null || field.current === null) return
    typeInto(field.current, choice.insert, trigger)
    setTrigger(null)
  }

  /** The text or the caret is another one. */
  function look(isTyped: boolean): void {
    const element = field.current
    if (element === null) return
    const caret = element.selectionStart
    const closed = isTyped ? codeAt(element.value, caret) : null
    const text = closed && book?.emojiOfCode(closed.code)
    if (closed && text) typeInto(element, `${text} `, closed)
    const next = caret === element.selectionEnd ? triggerAt(element.value, element.selectionStart) : null
    setAt(0)
    setTrigger((last) => (last?.from === next?.from && last?.query === next?.query ? last : next))
    if (next === null) setShutAt(null)
  }

  function onKey(event: KeyboardEvent): boolean {
    if (!isOpen || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return false
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) setAt((at + step + choices.length) % choices.length)
    else if (event.key === 'Enter' || event.key === 'Tab') choose(at)
    else if (event.key === 'Escape') setShutAt(trigger?.from ?? null)
    else return false
    event.preventDefault()
    event.stopPropagation()
    return true
  }

  return {
    listId,
    idOf,
    choices,
    at,
    isOpen,
    choose,
    look,
    /** Whether the key was meant for the list. */
    onKey,
    leave: () => setTrigger(null),
    aria: {
      'aria-autocomplete': 'list' as const,
      'aria-haspopup': 'listbox' as const,
      'aria-controls': isOpen ? listId : undefined,
      'aria-activedescendant': isOpen ? idOf(at) : undefined,
    },
  }
}

function choiceOfEmoji({ text, label, codes }: ReturnType<EmojiBook['findEmoji']>[number]): Choice {
  return { key: text, sign: text, name: `:${codes[0] ?? label}:`, hint: '', insert: `${text} ` }
}
