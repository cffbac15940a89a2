/** What the cluster looks like from here, for `GET /api/cluster` and the panel. */
import type { ClusterView } from '#protocol/panel.ts'
import type { Roster } from '../cache/roster.ts'

type Needs = { node: { name: string }; roster: Pick<Roster, 'nodes'> }

export type Census = {
  /** The nodes that beat, by name; their details for admins alone. Rejects while the roster is away. */
  view(asked: { admin: boolean }): Promise<ClusterView>
}

export declare function openCensus(needs: Needs): Census
