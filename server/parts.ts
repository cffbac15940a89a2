/** The wiring: every part of a node opened in its order, each given what it needs and nothing else. */
import type { IncomingMessage, Server } from 'node:http'
import { limits } from '#protocol/limits.ts'
import type { User } from '#protocol/wire.ts'
import { openBudget } from './cache/budget.ts'
import { openRedis } from './cache/redis.ts'
import { openRoster } from './cache/roster.ts'
import { openSessions } from './cache/session.ts'
import { openCached } from './cached.ts'
import { openCensus } from './cluster/census.ts'
import { openDetails } from './cluster/details.ts'
import { openHeartbeat } from './cluster/heartbeat.ts'
import { openNode } from './cluster/node.ts'
import { openPresence } from './cluster/presence.ts'
import type { Config } from './config.ts'
import { openFanout } from './fanout/fanout.ts'
import { openGateway } from './gateway/gateway.ts'
import { openHttp } from './http/http.ts'
import { openPasswords } from './http/passwords.ts'
import { addressOf } from './kit/address.ts'
import type { Clock } from './kit/clock.ts'
import type { Keep } from './kit/closing.ts'
import type { Log } from './kit/log.ts'
import { openMetrics } from './kit/metrics.ts'
import { isOurOrigin } from './kit/origin.ts'
import { openPulse } from './kit/pulse.ts'
import { openOrdered } from './ordered.ts'
import { openAnnounce } from './rooms/announce.ts'
import type { Epoch } from './rooms/epoch.ts'
import { openHeat } from './rooms/heat.ts'
import { openHistory } from './rooms/history.ts'
import { openLanes } from './rooms/lanes.ts'
import { openMembership } from './rooms/membership.ts'
import { openOwnDevices } from './rooms/own-devices.ts'
import { openProfile } from './rooms/profile.ts'
import { openRepair } from './rooms/repair.ts'
import { openResumes } from './rooms/resume.ts'
import { openBlockBook } from './store/block-book.ts'
import { openMessageLog } from './store/message-log.ts'
import { openPostgres } from './store/postgres.ts'
import { openRoomBook } from './store/room-book.ts'
import { openUserBook } from './store/user-book.ts'
import { warmUp } from './store/warm-up.ts'

type GroundNeeds = { config: Config; version: string; build: string; log: Log; clock: Clock; keep: Keep }

type Ground = ReturnType<typeof openGround>
export type Parts = ReturnType<typeof openParts>

/** What can be opened with every service away: the node itself, the ways to the services, and the probes. */
export function openGround({ config, version, build, log, clock, keep }: GroundNeeds) {
  const metrics = openMetrics({ node: config.node.name, version })
  const node = keep(openNode({ name: config.node.name, version, build, clock, watchdogMs: config.node.watchdogMs }))
  const postgres = keep(openPostgres({ ...config.database, log, metrics, clock }))
  const pulse = keep(openPulse({ clock, ping: postgres.ping }))
  const messageLog = openMessageLog({ postgres })
  const redis = (name: string, url: string, offlineQueue = false) =>
    keep(openRedis({ name, url, log, metrics, clock, offlineQueue }))
  const state = redis('state', config.redis.url)
  const publisher = redis('publisher', config.redis.url)
  const subscriber = redis('subscriber', config.redis.url, true)
  const cache = redis('cache', config.redis.cacheUrl)
  const http = openHttp({
    node,
    origins: config.origins,
    trustProxy: config.listen.trustProxy,
    isPostgresThere: pulse.beats,
    isSessionStoreHealthy: state.healthy,
    log,
    metrics,
  })
  return {
    config,
    logger: log,
    clock,
    keep,
    metrics,
    node,
    postgres,
    messageLog,
    pulse,
    state,
    publisher,
    subscriber,
    cache,
    http,
  }
}

type PartNeeds = Ground & { httpServer: Server; epoch: Epoch }

/** The rest; `serve` opens the HTTP door. */
export function openParts(ground: PartNeeds) {
  const { config, logger, clock, keep, metrics, node, postgres, messageLog: log, state, httpServer, epoch } = ground
  const common = { clock, metrics, logger, log }
  const book = openRoomBook({ postgres })
  const users = openUserBook({ postgres })
  const blocks = openBlockBook({ postgres })
  const sessions = openSessions({ redis: state, ...config.session, clock, metrics })
  const budget = openBudget({ redis: state, clock, rows: config.budgets })
  const roster = openRoster({ redis: state })
  const hopsOf = (request: IncomingMessage) => addressOf(request, config.listen.trustProxy)
  const isAdmin = ({ username }: User) => config.admins.includes(username)

  const fanout = keep(
    openFanout({
      httpServer,
      publisher: ground.publisher,
      subscriber: ground.subscriber,
      allow: ({ headers }) => isOurOrigin(headers, config.origins),
      isServing: () => node.state() === 'up' && ground.pulse.beats() && state.healthy(),
      clock,
      log: logger,
      metrics,
      options: { ...config.sockets, paceMs: config.lanes.paceMs },
    }),
  )

  const cached = openCached({
    ...common,
    log: logger,
    cache: ground.cache,
    state,
    config,
    epoch,
    postgres,
    book,
    users,
    keep,
  })
  const pages = cached.writes
  const heat = openHeat({ clock })
  const announce = openAnnounce({ ...common, pages, heat, fanout, boundMs: 1_000 })
  const membership = openMembership({ book: cached.book, announce, fanout })
  const history = openHistory({ log, epoch, metrics, cache: cached.page })
  const resumes = openResumes({ log, book, fanout, epoch, clock, metrics })
  const lanes = keep(
    openLanes({
      ...common,
      pages,
      announce,
      options: {
        ...config.lanes,
        maxApart: Math.max(1, Math.floor(config.database.poolMax / 2)),
        roomBytes: limits.frameBytes - 16_384,
      },
    }),
  )

  const presence = keep(openPresence({ node, fanout, roster, membersOf: book.membersOf, clock, log: logger }))
  const census = openCensus({ node, roster })
  const heartbeat = keep(
    openHeartbeat({
      node,
      roster,
      sockets: () => fanout.socketIds().length,
      details: openDetails({
        metrics,
        lanes,
        isPostgresThere: ground.pulse.beats,
        isStateRedisThere: state.healthy,
        isCacheRedisThere: ground.cache.healthy,
        fanout,
        hotRooms: heat.top,
      }),
      clock,
    }),
  )

  const gateway = keep(
    openGateway({
      ...common,
      log: logger,
      node,
      epoch,
      fanout,
      sessions,
      users,
      book,
      blocks,
      budget,
      lanes,
      resumes,
      history,
      presence,
      messageLog: log,
      isAdmin,
      addressOf: hopsOf,
      sessionTtlMs: config.session.ttlMs,
    }),
  )
  keep(
    openRepair({
      ...common,
      pages,
      epoch,
      book,
      users,
      look: sessions.look,
      fanout,
      hangUp: () => fanout.io.local.disconnectSockets(true),
      options: { everyMs: 2_000, hurryMs: 250 },
    }),
  )

  const orders = openOrdered({
    config,
    node,
    publisher: ground.publisher,
    subscriber: ground.subscriber,
    roster,
    hop: gateway.hop,
    clock,
    log: logger,
    keep,
  })

  const serve = () =>
    ground.http.serve({
      orders,
      chaosAllowed: config.chaos,
      sessions,
      users: cached.users,
      budget,
      isAdmin,
      book,
      blocks,
      membership,
      ownDevices: openOwnDevices({ book, blocks, fanout }),
      history,
      lanes,
      messageLog: log,
      census,
      node,
      addressOf: hopsOf,
      epoch: epoch.current,
      passwords: openPasswords(config.hashing),
      endSessions: gateway.endSessions,
      people: cached.people,
      listPublic: cached.listPublic,
      tellChanged: openProfile({ book, fanout }),
    })
  const warm = { log, book, users, blocks, connections: config.database.poolMax }
  return { lanes, gateway, heartbeat, serve, warmUp: () => warmUp(warm) }
}
