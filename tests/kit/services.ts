/**
 * vitest's global set-up for tests that need a real Postgres and a real Redis of each role: started once, told by URL.
 * Every worker has a pair of Redis to itself: what is published knows no databases, and files that run side by side would
 * hear each other.
 */
import type { TestProject } from 'vitest/node'
import { temporaryHome } from '../../infra/local/home.ts'
import { type Service, startPostgres } from '../../infra/local/postgres.ts'
import { startRedis } from '../../infra/local/redis.ts'

export type Services = { databaseUrl: string; redisOfWorker: { state: string; cache: string }[] }

declare module 'vitest' {
  interface ProvidedContext {
    services: Services
  }
}

/** Resolves, once they run, with what ends them again. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const home = await temporaryHome((line) => process.stdout.write(`services: ${line}\n`))
  const started: Service[] = []
  const end = async () => {
    await Promise.all(started.map((service) => service.close()))
    await home.remove()
  }
  const keep = (service: Service) => {
    started.push(service)
    return service.url
  }
  try {
    const databaseUrl = keep(await startPostgres({ home }))
    const redisOfWorker: Services['redisOfWorker'] = []
    for (let worker = 0; worker < project.config.maxWorkers; worker += 1) {
      const state = keep(await startRedis({ home, role: 'state' }))
      redisOfWorker.push({ state, cache: keep(await startRedis({ home, role: 'cache' })) })
    }
    project.provide('services', { databaseUrl, redisOfWorker })
  } catch (fault) {
    await end()
    throw fault
  }
  return end
}
