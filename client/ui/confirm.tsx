/** Asks before something that others will notice, and says what it will do. */
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { Answer } from '#protocol/wire.ts'
import { Dialog } from './dialog.tsx'
import { Fault } from './fault.tsx'
import { faultOf } from './words.ts'

export type Question = {
  title: string
  words: ComponentChildren
  /** What the button that does it says. */
  action: string
  isAlert: boolean
  run: () => Promise<Answer<unknown>>
  onDone?: () => void
}

export function Confirm({ question, onClose }: { question: Question; onClose: () => void }) {
  const [fault, setFault] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const { title, words, action, isAlert, run, onDone } = question

  async function go(): Promise<void> {
    if (busy) return
    setBusy(true)
    const no = faultOf(await run())
    setBusy(false)
    setFault(no)
    if (no !== null) return
    onClose()
    onDone?.()
  }

  return (
    <Dialog title={title} onClose={onClose}>
      <p>{words}</p>
      <Fault text={fault} />
      <div class="dialog-foot">
        <button type="button" class="button" onClick={onClose}>
          Cancel
        </button>
        <button
          type="button"
          class="button"
          data-kind={isAlert ? 'alert' : 'main'}
          aria-busy={busy}
          onClick={() => void go()}
        >
          {action}
        </button>
      </div>
    </Dialog>
  )
}
