/** The cluster as it is now: which node serves us, and how busy each is; admins see more, and may do something about it. */

import { useEffect, useRef, useState } from 'preact/hooks'
import type { ClusterView, NodeView } from '#protocol/panel.ts'
import { timeOf } from '../ui/dates.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Fault } from '../ui/fault.tsx'
import { useParts } from '../ui/parts.ts'
import { useCell } from '../ui/use-cell.ts'
import { count, faultOf } from '../ui/words.ts'
import { AdminView } from './admin-view.tsx'
import { NodeCard } from './node-card.tsx'
import { openTrend } from './trend.ts'

const everyMs = 2_000

export function ClusterPanel({ onClose }: { onClose: () => void }) {
  const { engine, clock } = useParts()
  const link = useCell(engine.link)
  const [view, setView] = useState<ClusterView | null>(null)
  const [fault, setFault] = useState<string | null>(null)
  const [trend] = useState(openTrend)
  const firstNode = useRef(link.node)
  const hopped = useRef(false)
  if (link.node !== firstNode.current) hopped.current = true

  useEffect(() => {
    let cancel: () => void = () => undefined
    let wanted = true
    const look = async () => {
      const answer = await engine.cluster()
      if (!wanted) return
      setFault(faultOf(answer))
      if (answer.ok) {
        trend.take(answer.value, clock.now())
        setView(answer.value)
      }
      cancel = clock.after(everyMs, () => void look())
    }
    void look()
    return () => {
      wanted = false
      cancel()
    }
  }, [engine, clock, trend])

  return (
    <Dialog title="The cluster" onClose={onClose} wide={view?.admin ? 'full' : true}>
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
      {view?.admin ? (
        <AdminView view={view} trend={trend} own={link.node} hopped={hopped.current} />
      ) : (
        <Nodes nodes={view?.nodes ?? []} own={link.node} nowMs={clock.now()} />
      )}
    </Dialog>
  )
}

type NodesNeeds = { nodes: readonly NodeView[]; own: string | undefined; nowMs: number }

function Nodes({ nodes, own, nowMs }: NodesNeeds) {
  const most = Math.max(1, ...nodes.map((node) => node.sockets))
  return (
    <ul class="nodes">
      {nodes.map((node) => (
        <NodeCard key={node.name} node={node} own={node.name === own} most={most} nowMs={nowMs} />
      ))}
    </ul>
  )
}

function summary(nodes: readonly NodeView[]): string {
  const sockets = nodes.reduce((sum, node) => sum + node.sockets, 0)
  return `${count(nodes.length, 'node')}, ${count(sockets, 'open connection')} in all.`
}
