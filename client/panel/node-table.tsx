/** Every node in a line of its own, for admins: dozens of them fit, and on a phone each line becomes a card. */
import { agoOf } from '../ui/dates.ts'
import { Icon } from '../ui/icon.tsx'
import { Spark } from './plot.tsx'
import type { WatchedNode } from './trend.ts'

type Needs = {
  nodes: readonly WatchedNode[]
  own: string | undefined
  /** Our connection has just come to its node. */
  hopped: boolean
  nowMs: number
  /** Absent where chaos is denied. */
  onOrder?: ((node: string) => void) | undefined
}

/** Beyond this a person can feel the delay of the loop. */
export const slowMs = 50

const number = new Intl.NumberFormat()
const megabytes = (bytes: number) => `${number.format(Math.round(bytes / 1e6))} MB`

export function NodeTable({ nodes, own, hopped, nowMs, onOrder }: Needs) {
  const most = Math.max(1, ...nodes.map(({ sockets }) => sockets))
  return (
    <table class="node-table">
      <thead>
        <tr>
          <th scope="col">Node</th>
          <th scope="col">Connections</th>
          <th scope="col">Loop delay</th>
          <th scope="col">Lag</th>
          <th scope="col">Messages/s</th>
          <th scope="col">Waiting</th>
          <th scope="col">Memory</th>
          <th scope="col">Services</th>
          {onOrder && <th scope="col">Orders</th>}
        </tr>
      </thead>
      <tbody>
        {nodes.map((node) => (
          <Line
            key={node.name}
            {...{ node, most, nowMs, onOrder }}
            own={node.name === own}
            hopped={hopped && node.name === own}
          />
        ))}
      </tbody>
    </table>
  )
}

type LineNeeds = Pick<Needs, 'nowMs' | 'hopped' | 'onOrder'> & { node: WatchedNode; own: boolean; most: number }

function Line({ node, own, hopped, most, nowMs, onOrder }: LineNeeds) {
  const { name, details, sockets, loopDelayMs, gone } = node
  const state = gone ? 'gone' : node.state
  const told = state === 'up' ? `up since ${agoOf(node.startedAt, nowMs)}` : state
  return (
    <tr data-own={own} data-hopped={hopped} data-gone={gone}>
      <th scope="row">
        <span class="node-who">
          <span class="node-state" data-state={state} aria-hidden="true" />
          <span class="node-title">
            {name}
            {own && <span class="node-own">serves you</span>}
            <span class="node-told">
              {told} · {node.version} ({node.build.slice(0, 6)})
            </span>
          </span>
        </span>
      </th>
      <td data-label="Connections">
        {number.format(sockets)}
        <meter class="node-meter" value={sockets / most} aria-hidden="true" />
      </td>
      <td data-label="Loop delay" data-alert={loopDelayMs > slowMs}>
        {loopDelayMs.toFixed(1)} ms
        <Spark values={node.delays} most={slowMs} />
      </td>
      <td data-label="Lag" data-alert={details !== undefined && details.lagMs > slowMs}>
        {details ? `${details.lagMs.toFixed(1)} ms` : '–'}
      </td>
      <td data-label="Messages/s">{node.messagesPerSecond.toFixed(1)}</td>
      <td data-label="Waiting">{number.format(details?.laneWaiting ?? 0)}</td>
      <td data-label="Memory">{details ? megabytes(details.memoryBytes) : '–'}</td>
      <td data-label="Services">
        <Services node={node} />
      </td>
      {onOrder && (
        <td class="node-orders">
          <button
            type="button"
            class="icon-button"
            aria-label={`Orders for ${name}`}
            disabled={gone}
            onClick={() => onOrder(name)}
          >
            <Icon name="more" size={16} />
          </button>
        </td>
      )}
    </tr>
  )
}

function Services({ node: { details } }: { node: WatchedNode }) {
  if (details === undefined) return <>–</>
  const missing = [
    details.databaseOk ? [] : ['Postgres'],
    details.stateRedisOk ? [] : ['Redis'],
    details.cacheRedisOk ? [] : ['cache'],
    details.fanoutOk ? [] : ['other nodes'],
  ].flat()
  if (missing.length === 0) return <>all there</>
  return <span class="node-missing">{missing.join(', ')} away</span>
}
