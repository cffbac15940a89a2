/** A text field that grows with its text, up to 40 % of the height; Enter finishes, Shift+Enter breaks, an IME is left alone. */
import type { RefObject } from 'preact'
import { useLayoutEffect } from 'preact/hooks'
import type { Completion } from './use-completion.ts'

export type TextNeeds = {
  field: RefObject<HTMLTextAreaElement | null>
  label: string
  value: string
  onText: (text: string) => void
  onEnter: () => void
  onEscape?: () => void
  onKey?: (event: KeyboardEvent) => void
  placeholder?: string | undefined
  describedBy?: string | undefined
  completion: Completion
}

export function GrowingText({
  field,
  label,
  value,
  onText,
  onEnter,
  onEscape,
  onKey,
  placeholder,
  describedBy,
  completion,
}: TextNeeds) {
  useLayoutEffect(() => {
    const element = field.current
    if (element === null) return
    element.style.blockSize = 'auto'
    element.style.blockSize = `${element.scrollHeight}px`
  }, [field, value])

  function onKeyDown(event: KeyboardEvent): void {
    if (isComposing(event) || completion.onKey(event)) return
    if (event.key === 'Enter' && !event.shiftKey && !breaksOnEnter()) {
      event.preventDefault()
      onEnter()
    } else if (event.key === 'Escape' && onEscape) {
      event.preventDefault()
      event.stopPropagation()
      onEscape()
    } else onKey?.(event)
  }

  return (
    <textarea
      ref={field}
      class="growing"
      rows={1}
      dir="auto"
      aria-label={label}
      aria-describedby={describedBy}
      placeholder={placeholder}
      enterkeyhint={breaksOnEnter() ? 'enter' : 'send'}
      autocomplete="off"
      value={value}
      onInput={(event) => {
        onText(event.currentTarget.value)
        if (!event.isComposing) completion.look(true)
      }}
      onCompositionEnd={() => completion.look(true)}
      onKeyDown={onKeyDown}
      onKeyUp={(event) => {
        if (caretKeys.has(event.key)) completion.look(false)
      }}
      onClick={() => completion.look(false)}
      onBlur={completion.leave}
      {...completion.aria}
    />
  )
}

const caretKeys = new Set(['ArrowLeft', 'ArrowRight', 'Home', 'End'])

/** An input method is at work; 229 is what Safari and old Android say instead. */
function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229
}

/** A keyboard on glass has no Shift+Enter worth the name. */
function breaksOnEnter(): boolean {
  return window.matchMedia('(hover: none) and (pointer: coarse)').matches
}
