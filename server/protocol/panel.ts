/** What `GET /api/cluster` tells of the nodes. */

export type NodeState = 'up' | 'draining'

/** A node as it beats. Everything under `details` is for admins. */
export type NodeView = {
  name: string
  state: NodeState
  version: string
  /** What its code's files hold: the same on nodes that run the same code. */
  build: string
  startedAt: string
  sockets: number
  /** 99th percentile of the event loop's delay over the last beats. */
  loopDelayMs: number
  details?: NodeDetails
}

export type NodeDetails = {
  memoryBytes: number
  laneWaiting: number
  commits: number
  messages: number
  repairs: number
  resumes: number
  cacheHits: number
  cacheMisses: number
  databaseOk: boolean
  stateRedisOk: boolean
  cacheRedisOk: boolean
  /** Whether words go out to the other nodes, and how long one takes there and back. */
  fanoutOk: boolean
  lagMs: number
  hotRooms: HotRoom[]
}

/** `perSecond`: messages, over the last ten seconds or so. */
export type HotRoom = { roomId: string; perSecond: number }

/** Of all nodes together. `title` is null where the caller may not know the room. */
export type NamedHotRoom = HotRoom & { title: string | null }

/** `admin` is there for those: what they may do, and what else they see. */
export type ClusterView = {
  node: string
  nodes: NodeView[]
  admin?: { chaosAllowed: boolean; hotRooms: NamedHotRoom[] }
}

/** What an admin may tell a node to do; the first three are refused unless the configuration allows chaos. [O2] */
export const orderVerbs = ['kill', 'pause', 'drain', 'rebalance'] as const
export type OrderVerb = (typeof orderVerbs)[number]

/** A signed-in device. `handle` is public and says nothing about the cookie. [S7] */
export type Device = { handle: string; current: boolean; userAgent: string; signedInAt: string }
