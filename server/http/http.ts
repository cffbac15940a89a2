/** The HTTP door: the probes answer as soon as the process listens, `/api` once the parts behind it are open. */
import express, { type Express, type RequestHandler, Router } from 'express'
import type { Log } from '../kit/log.ts'
import type { Metrics } from '../kit/metrics.ts'
import { Refusal } from '../kit/refusal.ts'
import { type AccountNeeds, openAccount } from './account.ts'
import { type CallerNeeds, openSignedIn } from './caller.ts'
import { type DeviceNeeds, openDevices } from './devices.ts'
import { openApiDoor, openHeaders } from './door.ts'
import { type HistoryNeeds, openHistoryRoutes } from './history.ts'
import { type MessageNeeds, openMessages } from './messages.ts'
import { type OrderNeeds, openOrderRoutes } from './orders.ts'
import { type OwnNeeds, openOwn } from './own.ts'
import { openPanel, type PanelNeeds } from './panel.ts'
import { openPeople, type PeopleNeeds } from './people.ts'
import { openProbes, type ProbeNeeds } from './probes.ts'
import { refuse, refuseUnknown } from './refuse.ts'
import { openRooms, type RoomNeeds } from './rooms.ts'

type Needs = Omit<ProbeNeeds, 'isOpen' | 'metrics'> & {
  origins: readonly string[]
  trustProxy: number
  log: Log
  metrics: Metrics
}

type Routes = AccountNeeds &
  DeviceNeeds &
  HistoryNeeds &
  MessageNeeds &
  OrderNeeds &
  OwnNeeds &
  PanelNeeds &
  PeopleNeeds &
  RoomNeeds
type ApiNeeds = Omit<Routes, 'signedIn'> & CallerNeeds

export type Http = {
  handler: Express
  /** Opens `/api`; until then everything but the probes is `unavailable`. */
  serve(needs: ApiNeeds): void
}

export function openHttp({ origins, trustProxy, log, metrics, ...probes }: Needs): Http {
  let api: RequestHandler | null = null
  const app = express()
  app.set('trust proxy', trustProxy)
  app.set('etag', false)
  app.use(...openHeaders(probes))
  const whenOpen: RequestHandler = (_request, _response, next) => {
    if (api === null) throw new Refusal('unavailable', { detail: 'this node is starting', definite: true })
    next()
  }
  const door = Router().use(whenOpen, ...openApiDoor({ origins }), (request, response, next) =>
    api?.(request, response, next),
  )
  app.use('/api', door) // asked for most, so it is looked at first
  app.use(openProbes({ ...probes, metrics, isOpen: () => api !== null }))
  app.use(whenOpen, refuseUnknown)
  app.use(refuse({ log, metrics }))

  return {
    handler: app,
    serve(needs) {
      api = openApi(needs)
    },
  }
}

function openApi(needs: ApiNeeds): Router {
  const all = { ...needs, signedIn: openSignedIn(needs) }
  const router = Router()
  const parts = [
    openHistoryRoutes, // asked for most, so it is looked at first
    openMessages,
    openAccount,
    openDevices,
    openPeople,
    openRooms,
    openOwn,
    openOrderRoutes,
    openPanel,
  ]
  for (const open of parts) router.use(open(all))
  return router
}
