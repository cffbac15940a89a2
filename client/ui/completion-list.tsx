/** The choices for what is being written, above the field, in the browser's top layer: nothing clips them. */
import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { Avatar } from './avatar.tsx'
import { useParts } from './parts.ts'
import { useCell } from './use-cell.ts'
import type { Completion } from './use-completion.ts'

type Needs = { completion: Completion; field: RefObject<HTMLTextAreaElement | null>; label: string }

const distancePx = 8

export function CompletionList({ completion, field, label }: Needs) {
  const { engine } = useParts()
  const users = useCell(engine.users)
  const element = useRef<HTMLDivElement>(null)
  const { choices, at, listId, idOf, choose } = completion

  useLayoutEffect(() => {
    const list = element.current
    const anchor = field.current?.closest('.writing-box')?.getBoundingClientRect()
    if (list === null || anchor === undefined) return
    if (!list.matches(':popover-open')) list.showPopover()
    const above = anchor.top - list.offsetHeight - distancePx
    list.style.setProperty('--left', `${anchor.left}px`)
    list.style.setProperty('--width', `${anchor.width}px`)
    list.style.setProperty('--top', `${above > 0 ? above : anchor.bottom + distancePx}px`)
  })

  return (
    <div ref={element} id={listId} class="completion" popover="manual" role="listbox" aria-label={label}>
      {choices.map(({ key, userId, sign, name, hint }, index) => (
        <button
          type="button"
          key={key}
          id={idOf(index)}
          role="option"
          tabIndex={-1}
          class="completion-choice"
          aria-selected={index === at}
          // the field keeps the focus
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => choose(index)}
        >
          {userId === undefined ? (
            <span class="completion-sign">{sign}</span>
          ) : (
            <Avatar user={users.get(userId)} id={userId} size="s" />
          )}
          <span class="completion-name">{name}</span>
          <span class="completion-hint">{hint}</span>
        </button>
      ))}
    </div>
  )
}
