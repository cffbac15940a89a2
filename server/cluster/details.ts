/** How a node is, in numbers: what its beat tells admins. */
import type { HotRoom, NodeDetails } from '#protocol/panel.ts'
import { type Metrics, totalOf } from '../kit/metrics.ts'

type Counted = 'commits' | 'messages' | 'repairs' | 'resumes' | 'pages'

type Needs = {
  metrics: Pick<Metrics, Counted>
  lanes: { waiting(): number }
  isPostgresThere: () => boolean
  isStateRedisThere: () => boolean
  isCacheRedisThere: () => boolean
  fanout: { healthy(): boolean; lagMs(): number }
  hotRooms: () => HotRoom[]
}

export function openDetails(needs: Needs): () => Promise<NodeDetails> {
  const { metrics, lanes, fanout } = needs
  return async () => ({
    memoryBytes: process.memoryUsage.rss(),
    laneWaiting: lanes.waiting(),
    commits: await totalOf(metrics.commits),
    messages: await totalOf(metrics.messages),
    repairs: await totalOf(metrics.repairs),
    resumes: await totalOf(metrics.resumes),
    cacheHits: await totalOf(metrics.pages, 'cache'),
    cacheMisses: await totalOf(metrics.pages, 'database'),
    databaseOk: needs.isPostgresThere(),
    stateRedisOk: needs.isStateRedisThere(),
    cacheRedisOk: needs.isCacheRedisThere(),
    fanoutOk: fanout.healthy(),
    lagMs: fanout.lagMs(),
    hotRooms: needs.hotRooms(),
  })
}
