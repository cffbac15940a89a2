/** What a page costs whoever asks over HTTP: door, session, right, page. */
import type { HttpLoaded, HttpOrder } from '../instrument/http-load.ts'
import type { Section } from '../instrument/report.ts'
import { meterOf } from '../instrument/rounds.ts'
import { mintSessions } from '../instrument/sessions.ts'
import type { Stage } from '../instrument/stage.ts'
import { startWorker } from '../instrument/worker.ts'
import type { Options } from '../workload.ts'
import { atLeast, atMost, compare, costOf, flatOut, namesOf, places, plotsOf, ratio, tableOf } from './compare.ts'
import { idOf, openPlaces, type Place } from './places.ts'

const titles = {
  nothing: 'no page: express + session',
  session: 'no page: ours, GET /api/session',
  ours: 'ours, from the cache',
  off: 'ours, cache off',
  findMany: 'express + session + findMany',
  naive: 'express + session + GET/SETEX unparsed',
}
type Name = keyof typeof titles

const parts = { server: 'node', postgres: 'postgres', cache: 'cache', state: 'state' }

/** A node that reads and writes without pages in the cache, and is itself in everything else. */
export const withoutCache = new URL('./without-cache.ts', import.meta.url)

const pathOf = ({ roomId, before, limit }: Place) =>
  `/rooms/${roomId}/messages?limit=${limit}${before === undefined ? '' : `&before=${before}`}`

export async function atDoor(stage: Stage, options: Options): Promise<Section> {
  const userIds = Array.from({ length: options.users }, (_, n) => idOf('user', n))
  const cookies = new Map((await mintSessions(stage, userIds)).map((cookie, n) => [userIds[n], cookie]))
  const next = openPlaces(options, 1)
  const asked = Array.from({ length: places }, next)
  const [ours, off, plain, load] = [
    await stage.startNode('node-1'),
    await stage.startNode('node-2', withoutCache),
    await startWorker(new URL('./plain-server.ts', import.meta.url), { ...stage.urls, SESSION_SECRET: stage.secret }),
    await startWorker(new URL('../instrument/http-load.ts', import.meta.url)),
  ]
  const plainPort = await plain.ask<number>({})
  const at: Record<Name, { pid: number; port: number; path: (place: Place) => string }> = {
    nothing: { pid: plain.pid, port: plainPort, path: () => '/nothing' },
    session: { ...ours, path: () => '/api/session' },
    ours: { ...ours, path: (place) => `/api${pathOf(place)}` },
    off: { ...off, path: (place) => `/api${pathOf(place)}` },
    findMany: { pid: plain.pid, port: plainPort, path: (place) => `/find-many${pathOf(place)}` },
    naive: { pid: plain.pid, port: plainPort, path: (place) => `/naive${pathOf(place)}` },
  }
  const requests = (name: Name): HttpOrder['requests'] =>
    asked.map((place) => ({ path: at[name].path(place), cookie: cookies.get(place.userId) ?? '' }))

  async function ask(name: Name, how: HttpOrder['load']): Promise<HttpLoaded> {
    const order: HttpOrder = { port: at[name].port, requests: requests(name), load: how, mark: 'X-Cache: hit' }
    const loaded = await load.ask<HttpLoaded>(order)
    if (loaded.refused > 0)
      throw new Error(`unable to measure ${titles[name]}; ${loaded.refused} requests were refused`)
    return loaded
  }

  let [hits, reads] = [0, 0]
  try {
    const warm = async (name: Name) => {
      await stage.emptyCache()
      await ask(name, { forMs: 60_000, count: places, ...flatOut })
    }
    for (const name of namesOf(titles)) await warm(name)
    const { measured, rest } = await compare({
      titles,
      options,
      say: stage.say,
      meter: (name) => meterOf({ server: at[name].pid, ...stage.pids }),
      warm,
      async read(name, how) {
        const loaded = await ask(name, how)
        if (name === 'ours') [hits, reads] = [hits + loaded.marked, reads + loaded.tookMs.length]
        return loaded
      },
    })
    const share = `${((hits / Math.max(1, reads)) * 100).toFixed(1)} % of ours said X-Cache: hit.`
    const shown = { title: 'At the HTTP door', note: `Session and right included; ${share}`, measured, titles, parts }
    const cpu = costOf(measured, 'ours', 'server')
    return {
      tables: [tableOf(shown)],
      plots: plotsOf(shown),
      targets: [
        atLeast(
          5,
          'at the door, 5 × the pages per CPU second of express + findMany',
          ratio(measured, 'findMany', 'ours'),
        ),
        atMost(1.1, 'at the door, at most 1.1 × the CPU of express + GET/SETEX', ratio(measured, 'ours', 'naive')),
        {
          says: 'over HTTP a cached page costs the server at most 120 µs of CPU, session included',
          got: `${cpu.toFixed(0)} µs`,
          isMet: cpu <= 120,
        },
      ],
      ...rest,
    }
  } finally {
    await Promise.all([plain.close(), load.close(), stage.stopNode(ours), stage.stopNode(off)])
  }
}
