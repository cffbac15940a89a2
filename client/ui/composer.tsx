/** Where one writes: never disabled by being offline, its text kept by the engine over reload and node kill. */

import { useEffect, useState } from 'preact/hooks'
import { limits } from '#protocol/limits.ts'
import type { Message } from '#protocol/wire.ts'
import type { RoomHandle } from '../engine/face.ts'
import { BodyLine } from './body-line.tsx'
import { Icon } from './icon.tsx'
import { LaterEmojiPicker } from './later-emoji-picker.tsx'
import { useParts } from './parts.ts'
import { Popover } from './popover.tsx'
import { typeInto } from './type-into.ts'
import { TypingLine } from './typing-line.tsx'
import { useCell } from './use-cell.ts'
import { nameOf } from './words.ts'
import { WritingField } from './writing-field.tsx'

type Needs = {
  handle: RoomHandle
  title: string
  replyTo: Message | null
  onReplied: () => void
  onSent: () => void
  /** ↑ in an empty composer. */
  onEditLast: () => void
  /** Esc with nothing to cancel. */
  onEscape: () => void
  field: { current: HTMLTextAreaElement | null }
}

const warnFrom = limits.bodyLength - 200

export function Composer({ handle, title, replyTo, onReplied, onSent, onEditLast, onEscape, field }: Needs) {
  const { engine } = useParts()
  const users = useCell(engine.users)
  const [text, setText] = useState(() => handle.composing.get())
  const [refused, setRefused] = useState(false)
  const [picking, setPicking] = useState<Element | null>(null)
  const left = limits.bodyLength - text.trim().length

  useEffect(() => {
    if (window.matchMedia('(hover: hover)').matches) field.current?.focus({ preventScroll: true })
  }, [field])

  function write(next: string): void {
    setText(next)
    setRefused(false)
    handle.composing.set(next)
    if (next !== '') handle.typed()
  }

  function send(): void {
    const body = text.trim()
    if (body === '') return
    if (body.length > limits.bodyLength) {
      setRefused(true)
      return
    }
    handle.send(body, replyTo?.seq)
    write('')
    onReplied()
    onSent()
  }

  function insert(emoji: string): void {
    setPicking(null)
    const element = field.current
    if (element) typeInto(element, `${emoji} `, { from: element.selectionStart, to: element.selectionEnd })
  }

  function onKey(event: KeyboardEvent): void {
    if (event.key === 'ArrowUp' && text === '' && !event.shiftKey) {
      event.preventDefault()
      onEditLast()
    }
  }

  return (
    <div class="composer" data-region="composer">
      {replyTo && (
        <div class="composer-reply">
          <Icon name="reply" size={16} />
          <span>
            Replying to <b>{nameOf(users, replyTo.authorId)}</b>
          </span>
          <span class="composer-reply-body">
            <BodyLine body={replyTo.body ?? ''} />
          </span>
          <button type="button" class="icon-button" aria-label="Do not reply" onClick={onReplied}>
            <Icon name="close" size={16} />
          </button>
        </div>
      )}
      <div class="composer-box writing-box" data-over={left < 0}>
        <WritingField
          handle={handle}
          field={field}
          label={`Message ${title}`}
          placeholder={title && `Message ${title}`}
          value={text}
          onText={write}
          onEnter={send}
          onEscape={replyTo ? onReplied : onEscape}
          onKey={onKey}
        />
        <button
          type="button"
          class="icon-button composer-emoji"
          aria-label="Emoji"
          title="Emoji"
          aria-haspopup="dialog"
          aria-expanded={picking !== null}
          onClick={(event) => setPicking(event.currentTarget)}
        >
          <Icon name="smile" size={20} />
        </button>
        <button
          type="button"
          class="send"
          aria-label="Send"
          aria-disabled={text.trim() === '' || left < 0}
          // the field keeps the focus, and a phone its keyboard
          onPointerDown={(event) => event.preventDefault()}
          onClick={send}
        >
          <Icon name="send" size={18} />
        </button>
      </div>
      {picking && (
        <Popover anchor={picking} label="Pick an emoji" onClose={() => setPicking(null)}>
          <LaterEmojiPicker onPick={insert} />
        </Popover>
      )}
      <div class="composer-foot">
        <TypingLine handle={handle} />
        {text.length >= warnFrom && (
          <span class="counter" data-over={left < 0} role={refused ? 'alert' : undefined}>
            {left < 0 ? `${-left} too many` : `${left} left`}
          </span>
        )}
      </div>
    </div>
  )
}
