/** What the cluster did in the last minutes, from views of it taken one after the other: rates out of counters, bounded. */
import type { ClusterView, NodeView } from '#protocol/panel.ts'

export type Sample = {
  atMs: number
  sockets: number
  messagesPerSecond: number
  repairsPerSecond: number
  /** The slowest node's. */
  loopDelayMs: number
  lagMs: number
  /** Of the pages asked for since the sample before; null when there were none. */
  hitShare: number | null
}

/** A node as it is now; one that ceased to beat stays a while, so that one sees who it was. */
export type WatchedNode = NodeView & { gone: boolean; messagesPerSecond: number; delays: readonly number[] }

export type Trend = {
  take(view: ClusterView, nowMs: number): void
  samples(): readonly Sample[]
  nodes(nowMs: number): WatchedNode[]
}

export const trendMs = 180_000
const goneMs = 20_000
const delaysKept = 30

type Known = { node: NodeView; seenAtMs: number; messagesPerSecond: number; delays: number[] }

/** What a counter grew by; a node that started anew counts from nought. */
function grown(before: NodeView | undefined, node: NodeView, of: (node: NodeView) => number): number {
  const isSameRun = before !== undefined && before.startedAt === node.startedAt
  return isSameRun ? Math.max(0, of(node) - of(before)) : 0
}

const messagesOf = ({ details }: NodeView) => details?.messages ?? 0
const repairsOf = ({ details }: NodeView) => details?.repairs ?? 0
const hitsOf = ({ details }: NodeView) => details?.cacheHits ?? 0
const missesOf = ({ details }: NodeView) => details?.cacheMisses ?? 0

export function openTrend(): Trend {
  const known = new Map<string, Known>()
  let samples: Sample[] = []

  return {
    take({ nodes }, nowMs) {
      const seconds = Math.max(0.1, (nowMs - (samples.at(-1)?.atMs ?? nowMs)) / 1_000)
      const grownOf = (of: (node: NodeView) => number) =>
        nodes.reduce((sum, node) => sum + grown(known.get(node.name)?.node, node, of), 0)
      const [hits, misses] = [grownOf(hitsOf), grownOf(missesOf)]
      const sample: Sample = {
        atMs: nowMs,
        sockets: nodes.reduce((sum, { sockets }) => sum + sockets, 0),
        messagesPerSecond: grownOf(messagesOf) / seconds,
        repairsPerSecond: grownOf(repairsOf) / seconds,
        loopDelayMs: Math.max(0, ...nodes.map(({ loopDelayMs }) => loopDelayMs)),
        lagMs: Math.max(0, ...nodes.map(({ details }) => details?.lagMs ?? 0)),
        hitShare: hits + misses === 0 ? null : hits / (hits + misses),
      }
      samples = [...samples.filter(({ atMs }) => atMs > nowMs - trendMs), sample]
      for (const node of nodes) {
        const before = known.get(node.name)
        const delays = [...(before?.delays ?? []), node.loopDelayMs].slice(-delaysKept)
        const messagesPerSecond = grown(before?.node, node, messagesOf) / seconds
        known.set(node.name, { node, seenAtMs: nowMs, messagesPerSecond, delays })
      }
      for (const [name, { seenAtMs }] of known) if (seenAtMs < nowMs - goneMs) known.delete(name)
    },
    samples: () => samples,
    nodes(nowMs) {
      const latest = samples.at(-1)?.atMs ?? nowMs
      return [...known.values()]
        .map(({ node, seenAtMs, messagesPerSecond, delays }) => {
          return { ...node, gone: seenAtMs < latest, messagesPerSecond, delays }
        })
        .sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }))
    },
  }
}
