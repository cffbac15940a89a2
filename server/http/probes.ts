/** What balancers, orchestrators and Prometheus ask of one node, on the node's own port. */
import { Router } from 'express'
import type { Metrics } from '../kit/metrics.ts'

export type ProbeNeeds = {
  node: { name: string; version: string; state(): 'up' | 'draining' }
  /** Whether everything is open. */
  isOpen: () => boolean
  /** Resolves within a second if Postgres answers. */
  pingPostgres: () => Promise<void>
  isSessionStoreHealthy: () => boolean
  metrics: Pick<Metrics, 'registry' | 'text'>
}

export function openProbes({ node, isOpen, pingPostgres, isSessionStoreHealthy, metrics }: ProbeNeeds): Router {
  const router = Router()
  let asking: Promise<boolean> | null = null

  /** However many ask at once, Postgres is asked by one. */
  function isPostgresThere(): Promise<boolean> {
    asking ??= pingPostgres()
      .then(
        () => true,
        () => false,
      )
      .finally(() => {
        asking = null
      })
    return asking
  }

  router.get('/livez', (_request, response) => {
    response.json({ node: node.name, version: node.version, alive: true })
  })

  router.get('/readyz', async (_request, response) => {
    const parts = {
      open: isOpen(),
      staying: node.state() === 'up',
      postgres: await isPostgresThere(),
      sessions: isSessionStoreHealthy(),
    }
    const ready = Object.values(parts).every(Boolean)
    response.status(ready ? 200 : 503).json({ node: node.name, version: node.version, ready, ...parts })
  })

  router.get('/metrics', async (_request, response) => {
    response.type(metrics.registry.contentType).send(await metrics.text())
  })

  return router
}
