/** What the cluster looks like from here, for `GET /api/cluster` and the panel. */
import type { ClusterView, NodeView } from '#protocol/panel.ts'
import type { Roster } from '../cache/roster.ts'

type Needs = { node: { name: string }; roster: Pick<Roster, 'nodes'> }

export type Census = {
  /** The nodes that beat, by name; their details for admins alone. Rejects while the roster is away. */
  view(asked: { admin: boolean }): Promise<ClusterView>
}

/** `node-10` comes after `node-9`. */
const byName = new Intl.Collator('en', { numeric: true }).compare

export function openCensus({ node, roster }: Needs): Census {
  return {
    async view({ admin }) {
      const views = (await roster.nodes()).map(({ view }): NodeView => {
        const { details, ...open }: NodeView = JSON.parse(view)
        return admin && details !== undefined ? { ...open, details } : open
      })
      return { node: node.name, nodes: views.sort((a, b) => byName(a.name, b.name)) }
    },
  }
}
