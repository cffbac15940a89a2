/** Nodes that are nothing but lanes, each with a pool of its own, on one real Postgres. */
import { randomUUIDv7 } from 'node:crypto'
import type { Changes } from '#protocol/wire.ts'
import { systemClock } from '../../server/kit/clock.ts'
import { must } from '../../server/kit/must.ts'
import { Refusal } from '../../server/kit/refusal.ts'
import { openAnnounce } from '../../server/rooms/announce.ts'
import { type LaneOptions, openLanes } from '../../server/rooms/lanes.ts'
import type { Send } from '../../server/store/message-log.ts'
import { openStore } from './open-store.ts'
import { laneOptions, metrics, silent } from './rooms.ts'

/** `told` gets every frame of every node that is opened with it. */
export function openLaneNode({
  url,
  told,
  options = {},
}: {
  url: string
  told: Changes[]
  options?: Partial<LaneOptions>
}) {
  const store = openStore(url, 6)
  const common = { log: store.log, clock: systemClock, metrics, logger: silent }
  const fanout = {
    toRoom(_roomId: string, _event: string, payload: unknown) {
      if (typeof payload === 'object' && payload !== null && 'messages' in payload) told.push(payload as Changes)
    },
  }
  const announce = openAnnounce({ ...common, fanout, boundMs: 250 })
  const lanes = openLanes({ ...common, announce, options: { ...laneOptions, ...options } })
  return {
    ...store,
    lanes,
    async close() {
      await lanes.drain()
      await store.close()
    },
  }
}

export type LaneNode = ReturnType<typeof openLaneNode>

/** How a send ended: where it stands, or with which refusal. */
export type Ending = { draft: Send; node: number; seq?: number; refusal?: Refusal }

export async function attempt(nodes: readonly LaneNode[], node: number, draft: Send): Promise<Ending> {
  try {
    const { message } = await must(nodes[node], 'the node is there').lanes.write(draft)
    return { draft, node, seq: message.seq }
  } catch (fault) {
    if (fault instanceof Refusal) return { draft, node, refusal: fault }
    throw fault
  }
}

export const draftOf = (roomId: string, authorId: string, body: string): Send => ({
  kind: 'send',
  roomId,
  authorId,
  id: randomUUIDv7(),
  body,
})
