/** Where one writes: never disabled by being offline, its text kept by the engine over reload and node kill. */

import { useEffect, useState } from 'preact/hooks'
import { limits } from '#protocol/limits.ts'
import type { Message } from '#protocol/wire.ts'
import type { RoomHandle } from '../engine/face.ts'
import { GrowingText } from './growing-text.tsx'
import { Icon } from './icon.tsx'
import { useParts } from './parts.ts'
import { TypingLine } from './typing-line.tsx'
import { useCell } from './use-cell.ts'
import { nameOf } from './words.ts'

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
          <span class="composer-reply-body">{replyTo.body}</span>
          <button type="button" class="icon-button" aria-label="Do not reply" onClick={onReplied}>
            <Icon name="close" size={16} />
          </button>
        </div>
      )}
      <div class="composer-box" data-over={left < 0}>
        <GrowingText
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
