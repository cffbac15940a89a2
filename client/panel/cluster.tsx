/** The cluster as it is now: which nodes there are, which one serves us, how busy each is. Read-only. */

import { useEffect, useState } from 'preact/hooks'
import type { ClusterView, NodeView } from '#protocol/panel.ts'
import { timeOf } from '../ui/dates.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Fault } from '../ui/fault.tsx'
import { useParts } from '../ui/parts.ts'
import { useCell } from '../ui/use-cell.ts'
import { count, faultOf } from '../ui/words.ts'
import { NodeCard } from './node-card.tsx'

const everyMs = 2_000

export function ClusterPanel({ onClose }: { onClose: () => void }) {
  const { engine, clock } = useParts()
  const link = useCell(engine.link)
  const [view, setView] = useState<ClusterView | null>(null)
  const [fault, setFault] = useState<string | null>(null)

  useEffect(() => {
    let cancel: () => void = () => undefined
    let wanted = true
    const look = async () => {
      const answer = await engine.cluster()
      if (!wanted) return
      setFault(faultOf(answer))
      if (answer.ok) setView(answer.value)
      cancel = clock.after(everyMs, () => void look())
    }
    void look()
    return () => {
      wanted = false
      cancel()
    }
  }, [engine, clock])

  return (
    <Dialog title="The cluster" onClose={onClose} wide={true}>
      <p class="cluster-serving">
        {link.node ? (
          <>
            <b>{link.node}</b> serves you
            {link.state === 'online' && `, since ${timeOf(new Date(link.since).toISOString())}`}.
          </>
        ) : (
          'No node serves you right now.'
        )}{' '}
        {view && summary(view.nodes)}
      </p>
      <Fault text={fault} />
      <ul class="nodes">
        {view?.nodes
          .toSorted((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }))
          .map((node) => (
            <NodeCard
              key={node.name}
              node={node}
              own={node.name === link.node}
              most={mostSockets(view.nodes)}
              nowMs={clock.now()}
            />
          ))}
      </ul>
    </Dialog>
  )
}

function summary(nodes: readonly NodeView[]): string {
  const sockets = nodes.reduce((sum, node) => sum + node.sockets, 0)
  return `${count(nodes.length, 'node')}, ${count(sockets, 'open connection')} in all.`
}

function mostSockets(nodes: readonly NodeView[]): number {
  return Math.max(1, ...nodes.map((node) => node.sockets))
}
