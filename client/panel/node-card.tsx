/** One node of the cluster, with its share of the connections. */
import type { NodeView } from '#protocol/panel.ts'
import { agoOf } from '../ui/dates.ts'

type Needs = { node: NodeView; own: boolean; most: number; nowMs: number }

/** Beyond this a person can feel the delay of the loop. */
const slowMs = 50

const number = new Intl.NumberFormat()

export function NodeCard({ node, own, most, nowMs }: Needs) {
  return (
    <li class="node" data-own={own}>
      <div class="node-head">
        <span class="node-state" data-state={node.state} aria-hidden="true" />
        <h3>{node.name}</h3>
        {own && <span class="node-own">serves you</span>}
        <span class="node-since">
          {node.state === 'draining' ? 'draining' : `started ${agoOf(node.startedAt, nowMs)}`} · {node.version}
        </span>
      </div>
      <dl class="node-facts">
        <Fact name="Connections" value={number.format(node.sockets)} share={node.sockets / most} />
        <Fact
          name="Loop delay"
          value={`${node.loopDelayMs.toFixed(1)} ms`}
          share={node.loopDelayMs / slowMs}
          alert={node.loopDelayMs > slowMs}
        />
      </dl>
    </li>
  )
}

function Fact({ name, value, share, alert = false }: { name: string; value: string; share?: number; alert?: boolean }) {
  return (
    <div class="node-fact" data-alert={alert}>
      <dt>{name}</dt>
      <dd>
        {value}
        {share !== undefined && <meter class="node-meter" value={Math.min(1, share)} aria-hidden="true" />}
      </dd>
    </div>
  )
}
