/** What an admin sees of the cluster: how it went in the last minutes, where most is said, and every node with its orders. */
import { useState } from 'preact/hooks'
import type { ClusterView, NamedHotRoom, NodeDetails } from '#protocol/panel.ts'
import { Icon } from '../ui/icon.tsx'
import { useParts } from '../ui/parts.ts'
import { useCell } from '../ui/use-cell.ts'
import { count, titleOf } from '../ui/words.ts'
import { NodeTable, slowMs } from './node-table.tsx'
import { type Asked, OrderDialog } from './order-dialog.tsx'
import { Plot } from './plot.tsx'
import { type Sample, type Trend, trendMs } from './trend.ts'

type Needs = { view: ClusterView; trend: Trend; own: string | undefined; hopped: boolean }

const number = new Intl.NumberFormat()
const percent = (share: number | null) => (share === null ? '–' : `${Math.round(100 * share)} %`)

const plots: {
  title: string
  of: (sample: Sample) => number | null
  tell: (value: number | null) => string
  limit?: number
}[] = [
  { title: 'Connections', of: (sample) => sample.sockets, tell: (value) => number.format(value ?? 0) },
  { title: 'Messages/s', of: (sample) => sample.messagesPerSecond, tell: (value) => (value ?? 0).toFixed(1) },
  {
    title: 'Slowest loop',
    of: (sample) => sample.loopDelayMs,
    tell: (value) => `${(value ?? 0).toFixed(1)} ms`,
    limit: slowMs,
  },
  {
    title: 'Lag between nodes',
    of: (sample) => sample.lagMs,
    tell: (value) => `${(value ?? 0).toFixed(1)} ms`,
    limit: slowMs,
  },
  { title: 'Repairs/s', of: (sample) => sample.repairsPerSecond, tell: (value) => (value ?? 0).toFixed(1) },
  { title: 'Cache hits', of: (sample) => sample.hitShare, tell: percent },
]

export function AdminView({ view, trend, own, hopped }: Needs) {
  const { clock } = useParts()
  const [asked, setAsked] = useState<Asked | null>(null)
  const samples = trend.samples()
  const nowMs = clock.now()
  return (
    <>
      <div class="plots">
        {plots.map(({ title, of, tell, limit }) => {
          const points = samples.map((sample) => ({ atMs: sample.atMs, value: of(sample) }))
          const last = points.findLast(({ value }) => value !== null)?.value ?? null
          const alert = limit !== undefined && (last ?? 0) > limit
          return <Plot key={title} {...{ title, points, alert }} value={tell(last)} overMs={trendMs} />
        })}
      </div>
      <div class="cluster-parts">
        <Reached view={view} />
        <HotRooms rooms={view.admin?.hotRooms ?? []} />
      </div>
      <div class="cluster-head">
        <h3>{count(view.nodes.length, 'node')}</h3>
        <button type="button" class="button" onClick={() => setAsked({ node: null })}>
          <Icon name="node" size={16} />
          Rebalance
        </button>
      </div>
      <NodeTable
        nodes={trend.nodes(nowMs)}
        own={own}
        hopped={hopped}
        nowMs={nowMs}
        onOrder={view.admin?.chaosAllowed ? (node) => setAsked({ node }) : undefined}
      />
      {asked && <OrderDialog node={asked.node} onClose={() => setAsked(null)} />}
    </>
  )
}

const services: [title: string, isThere: (details: NodeDetails) => boolean][] = [
  ['Postgres', ({ databaseOk }) => databaseOk],
  ['Redis, sessions', ({ stateRedisOk }) => stateRedisOk],
  ['Redis, cache', ({ cacheRedisOk }) => cacheRedisOk],
  ['Between nodes', ({ fanoutOk }) => fanoutOk],
]

function Reached({ view }: { view: ClusterView }) {
  const all = view.nodes.flatMap(({ details }) => details ?? [])
  return (
    <section class="cluster-part">
      <h3>Reached by</h3>
      <dl class="reached">
        {services.map(([title, isThere]) => {
          const reaching = all.filter(isThere).length
          return (
            <div key={title} data-alert={reaching < all.length}>
              <dt>{title}</dt>
              <dd>{reaching === all.length ? 'all nodes' : `${reaching} of ${all.length}`}</dd>
            </div>
          )
        })}
      </dl>
    </section>
  )
}

function HotRooms({ rooms }: { rooms: readonly NamedHotRoom[] }) {
  const { engine } = useParts()
  const account = useCell(engine.account)
  const users = useCell(engine.users)
  const own = useCell(engine.rooms)
  const most = Math.max(0.1, ...rooms.map(({ perSecond }) => perSecond))
  const userId = account.state === 'signed-in' ? account.user.id : ''
  function nameOf({ roomId, title }: NamedHotRoom): string {
    const mine = own.find(({ room }) => room.id === roomId)
    return mine === undefined ? title || 'a private room' : titleOf(mine, users, userId)
  }
  return (
    <section class="cluster-part">
      <h3>Hot rooms</h3>
      {rooms.length === 0 && <p class="hint">Nobody says anything at the moment.</p>}
      <ol class="hot-rooms">
        {rooms.map((room) => (
          <li key={room.roomId}>
            <span dir="auto">{nameOf(room)}</span>
            <b class="hot-rate">{room.perSecond.toFixed(1)}/s</b>
            <meter class="node-meter" value={room.perSecond / most} aria-hidden="true" />
          </li>
        ))}
      </ol>
    </section>
  )
}
