/** What balancers, orchestrators and Prometheus ask of one node, on the node's own port. */
import { Router } from 'express'
import type { Metrics } from '../kit/metrics.ts'

export type ProbeNeeds = {
  node: { name: string; version: string; build: string; state(): 'up' | 'draining' }
  /** Whether everything is open. */
  isOpen: () => boolean
  isPostgresThere: () => boolean
  isSessionStoreHealthy: () => boolean
  metrics: Pick<Metrics, 'registry' | 'text'>
}

export function openProbes({ node, isOpen, isPostgresThere, isSessionStoreHealthy, metrics }: ProbeNeeds): Router {
  const router = Router()

  const { name, version, build } = node

  router.get('/livez', (_request, response) => {
    response.json({ node: name, version, build, alive: true })
  })

  router.get('/readyz', (_request, response) => {
    const parts = {
      open: isOpen(),
      staying: node.state() === 'up',
      postgres: isPostgresThere(),
      sessions: isSessionStoreHealthy(),
    }
    const ready = Object.values(parts).every(Boolean)
    response.status(ready ? 200 : 503).json({ node: name, version, build, ready, ...parts })
  })

  router.get('/metrics', async (_request, response) => {
    response.type(metrics.registry.contentType).send(await metrics.text())
  })

  return router
}
