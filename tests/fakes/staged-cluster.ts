/** Three nodes: one calm, one that serves us and has lost Redis, one that is leaving. */
import type { ClusterView, NodeDetails } from '../../server/protocol/panel.ts'

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
}

export const stagedCluster: ClusterView = {
  node: 'node-2',
  nodes: [
    {
      name: 'node-1',
      state: 'up',
      version: '0.1.0',
      startedAt: '2026-03-16T10:00:00.000Z',
      sockets: 348,
      loopDelayMs: 11.2,
      details,
    },
    {
      name: 'node-2',
      state: 'up',
      version: '0.1.0',
      startedAt: '2026-03-18T14:40:00.000Z',
      sockets: 402,
      loopDelayMs: 12.9,
      details: { ...details, laneWaiting: 2, messages: 51_030, repairs: 1, stateRedisOk: false },
    },
    {
      name: 'node-3',
      state: 'draining',
      version: '0.1.0',
      startedAt: '2026-03-12T10:00:00.000Z',
      sockets: 37,
      loopDelayMs: 64.1,
    },
  ],
}
