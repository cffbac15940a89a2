/** Asks before anything is done to the cluster, saying what its people will notice of it. */
import { useState } from 'preact/hooks'
import type { OrderVerb } from '#protocol/panel.ts'
import type { Answer } from '#protocol/wire.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Fault } from '../ui/fault.tsx'
import { useParts } from '../ui/parts.ts'
import { faultOf } from '../ui/words.ts'

/** `node: null` is the whole cluster. */
export type Asked = { node: string | null }

const choices: { verb: Exclude<OrderVerb, 'rebalance'>; label: string; says: string }[] = [
  {
    verb: 'drain',
    label: 'Drain',
    says: 'It leaves politely: everybody on it moves elsewhere first, and notices nothing.',
  },
  {
    verb: 'pause',
    label: 'Pause',
    says: 'It stands still, as a hung machine. Its watchdog ends it within seconds; then its people move.',
  },
  {
    verb: 'kill',
    label: 'Kill',
    says: 'It dies at once, as in a crash. Its people are back on other nodes in about half a second.',
  },
]

export function OrderDialog({ node, onClose }: Asked & { onClose: () => void }) {
  const { engine, spoken } = useParts()
  const [fault, setFault] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  async function give(order: () => Promise<Answer<unknown>>, said: string): Promise<void> {
    setBusy(true)
    const no = faultOf(await order())
    setBusy(false)
    setFault(no)
    if (no !== null) return
    spoken.set(said)
    onClose()
  }

  if (node === null)
    return (
      <Dialog title="Rebalance the connections?" onClose={onClose}>
        <p class="hint">
          Nodes with more than their share ask some of their people to move to the others, a few at a time. Nobody loses
          the connection.
        </p>
        <Fault text={fault} />
        <div class="dialog-foot">
          <button type="button" class="button" onClick={onClose}>
            Leave it
          </button>
          <button
            type="button"
            class="button"
            data-kind="main"
            disabled={busy}
            onClick={() => void give(() => engine.rebalance(), 'Rebalancing')}
          >
            Rebalance
          </button>
        </div>
      </Dialog>
    )
  return (
    <Dialog title={`What should happen to ${node}?`} onClose={onClose}>
      <ul class="orders">
        {choices.map(({ verb, label, says }) => (
          <li key={verb}>
            <p>{says}</p>
            <button
              type="button"
              class="button"
              data-kind={verb === 'drain' ? undefined : 'alert'}
              disabled={busy}
              onClick={() => void give(() => engine.order(node, verb), `${label}: ${node}`)}
            >
              {label}
            </button>
          </li>
        ))}
      </ul>
      <p class="hint">Whoever runs the cluster starts it again.</p>
      <Fault text={fault} />
    </Dialog>
  )
}
