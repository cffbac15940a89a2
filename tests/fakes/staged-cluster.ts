/** Three nodes: one calm, one that serves us and has lost Redis, one that is leaving. */
import type { ClusterView, NodeDetails, NodeView } from '../../server/protocol/panel.ts'
import { rooms } from './staged-room.ts'

const details: NodeDetails = {
  memoryBytes: 143e6,
  laneWaiting: 0,
  commits: 8_211,
  messages: 48_211,
  repairs: 3,
  resumes: 412,
  cacheHits: 9_412,
  cacheMisses: 344,
  databaseOk: true,
  stateRedisOk: true,
  cacheRedisOk: true,
  fanoutOk: true,
  lagMs: 1.4,
  hotRooms: [],
}

export const stagedCluster: ClusterView = {
  node: 'node-2',
  nodes: [
    {
      name: 'node-1',
      state: 'up',
      version: '0.1.0',
      build: '4f1c09ab77d2',
      startedAt: '2026-03-16T10:00:00.000Z',
      sockets: 348,
      loopDelayMs: 11.2,
      details,
    },
    {
      name: 'node-2',
      state: 'up',
      version: '0.1.0',
      build: '4f1c09ab77d2',
      startedAt: '2026-03-18T14:40:00.000Z',
      sockets: 402,
      loopDelayMs: 12.9,
      details: { ...details, laneWaiting: 2, messages: 51_030, repairs: 1, stateRedisOk: false },
    },
    {
      name: 'node-3',
      state: 'draining',
      version: '0.1.0',
      build: '4f1c09ab77d2',
      startedAt: '2026-03-12T10:00:00.000Z',
      sockets: 37,
      loopDelayMs: 64.1,
    },
  ],
}

const startedAt = '2026-03-16T10:00:00.000Z'
const at = (list: readonly number[], index: number) => list[index % list.length] ?? 0

/** Fifty nodes with a hundred thousand sockets in all, one of them in trouble, as an admin sees them after some `seconds`. */
export function largeCluster(seconds: number): ClusterView {
  const nodes = Array.from({ length: 50 }, (_, index): NodeView => {
    const beat = seconds + index * 3
    return {
      name: `node-${index + 1}`,
      state: index === 30 ? 'draining' : 'up',
      version: '0.1.0',
      build: index % 7 === 0 ? '9be2d1770c45' : '4f1c09ab77d2',
      startedAt,
      sockets: 2_000 + at([0, 14, -22, 8, -31, 27], beat) - (index === 30 ? 1_400 : -28),
      loopDelayMs: index === 11 ? 71.5 : at([9.8, 11.2, 10.4, 14.9, 12.1], beat),
      details: {
        ...details,
        commits: 8_000 + seconds * 30,
        messages: 48_000 + seconds * (20 + at([3, 9, 1, 6], index)),
        repairs: Math.floor(seconds / 40),
        cacheHits: 9_400 + seconds * 41,
        cacheMisses: 340 + seconds * 2,
        lagMs: at([1.2, 1.6, 0.9, 2.2], beat),
        laneWaiting: at([0, 0, 2, 0, 1], beat),
        cacheRedisOk: index !== 11,
      },
    }
  })
  const hot = [
    [rooms.general, 212.4],
    [rooms.launch, 96],
    [rooms.vast, 41.2],
    [rooms.infra, 12.9],
  ] as const
  const named = hot.map(([{ id, title }, perSecond]) => ({ roomId: id, title, perSecond }))
  const hotRooms = [...named, { roomId: 'of others', title: null, perSecond: 3.3 }]
  return { node: 'node-2', nodes, admin: { chaosAllowed: true, hotRooms } }
}
