/** A modal on the browser's own <dialog>: it traps focus, closes on Esc and hands focus back by itself. */
import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { Icon } from './icon.tsx'

type Needs = {
  title: string
  onClose: () => void
  children: ComponentChildren
  wide?: boolean | 'full'
  /** Begin in its first field. */
  typing?: boolean
  /** Without a head: the title is only heard. A card has a way to close it in its corner. */
  look?: 'switcher' | 'card'
}

export function Dialog({ title, onClose, children, wide, typing, look }: Needs) {
  const element = useRef<HTMLDialogElement>(null)
  const titleId = useId()

  useEffect(() => {
    const before = document.activeElement
    const dialog = element.current
    dialog?.showModal()
    // on glass the keyboard would cover half of what has just opened, unless typing is all there is to it
    const typesAtOnce = typing && (look === 'switcher' || window.matchMedia('(hover: hover)').matches)
    const field = typesAtOnce && dialog?.querySelector<HTMLElement>('input:not([type="radio"])')
    if (field) field.focus()
    else dialog?.focus() // the name is read out, and no button looks pressed
    // a finger that still holds what opened it would close it by leaving: only a press that begins now is one beside it
    const arm = () => dialog?.setAttribute('closedby', 'any')
    window.addEventListener('pointerdown', arm, { capture: true, once: true })
    return () => {
      window.removeEventListener('pointerdown', arm, { capture: true })
      dialog?.close()
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
    }
  }, [typing, look])

  return (
    <dialog
      ref={element}
      closedby="closerequest"
      tabIndex={-1}
      class="dialog"
      data-wide={wide}
      data-look={look}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      <div class={look === undefined ? 'dialog-head' : 'dialog-headless'}>
        <h2 id={titleId} class={look === undefined ? undefined : 'unseen'}>
          {title}
        </h2>
        {look !== 'switcher' && (
          <button type="button" class="icon-button" aria-label="Close" onClick={onClose}>
            <Icon name="close" size={18} />
          </button>
        )}
      </div>
      <div class="dialog-body">{children}</div>
    </dialog>
  )
}
