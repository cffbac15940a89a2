/** Stands where one would write while one only looks into a public room. */
import { useState } from 'preact/hooks'
import { Fault } from './fault.tsx'
import { useParts } from './parts.ts'
import { faultOf } from './words.ts'

export function JoinBar({ roomId, title }: { roomId: string; title: string }) {
  const { engine } = useParts()
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<string | null>(null)

  async function join(): Promise<void> {
    if (busy) return
    setBusy(true)
    setFault(faultOf(await engine.joinRoom(roomId)))
    setBusy(false)
  }

  return (
    <div class="archived" data-region="composer">
      <p>You are looking into this room. Join it to write.</p>
      <Fault text={fault} />
      <button type="button" class="button" data-kind="main" aria-busy={busy} onClick={() => void join()}>
        Join {title}
      </button>
    </div>
  )
}
