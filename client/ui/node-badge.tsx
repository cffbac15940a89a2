/** Which node serves us: quiet, and bright for a moment when it is another one. Opens the cluster panel. */
import { useRef } from 'preact/hooks'
import { useParts } from './parts.ts'
import { useCell } from './use-cell.ts'

export function NodeBadge() {
  const { engine, dialog } = useParts()
  const link = useCell(engine.link)
  const last = useRef({ node: link.node, hops: 0 })
  if (link.node !== undefined && link.node !== last.current.node) {
    const hopped = last.current.node !== undefined
    last.current = { node: link.node, hops: last.current.hops + (hopped ? 1 : 0) }
  }
  const { node, hops } = last.current
  if (node === undefined) return null
  return (
    <button
      type="button"
      class="node-badge"
      data-online={link.state === 'online'}
      aria-label={`Served by ${node}. Show the cluster`}
      onClick={() => dialog.set('cluster')}
    >
      {hops > 0 && <span key={hops} class="node-glow" aria-hidden="true" />}
      <span class="node-dot" aria-hidden="true" />
      <span class="node-name">{node}</span>
    </button>
  )
}
