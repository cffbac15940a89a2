/** A node's life: it listens at once, opens its parts as soon as Postgres answers, and takes them down the other way round. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Config } from './config.ts'
import { drain } from './drain.ts'
import { isSocketPath } from './fanout/door.ts'
import { type Clock, pause, systemClock } from './kit/clock.ts'
import { openClosing } from './kit/closing.ts'
import type { Log } from './kit/log.ts'
import { openGround, openParts, type Parts } from './parts.ts'
import { rehearse } from './rehearsal.ts'
import { type Epoch, openEpoch } from './rooms/epoch.ts'

type Needs = { config: Config; version: string; build: string; log: Log; clock?: Clock }

export type App = {
  port: number
  /** Resolves when every part is open, however long a service takes to appear; rejects only if closed before. */
  ready: Promise<void>
  /** Leaves the cluster politely, then closes; resolves within `DRAIN_MS`. [D3] */
  drain(): Promise<void>
  /** Closes at once. */
  close(): Promise<void>
}

const backOff = { firstMs: 100, lastMs: 2_000 }
/** Longest that one part may take to close. */
const partMs = 1_500

/** Resolves when it listens; rejects if the port cannot be had. */
export async function openApp({ config, version, build, log, clock = systemClock }: Needs): Promise<App> {
  const { keep, closeAll } = openClosing({ clock, log, boundMs: partMs })
  let parts: Parts | null = null
  let closing: Promise<void> | null = null

  const ground = openGround({ config, version, build, log, clock, keep })
  const server: Server = createServer(
    {
      // anything else that asks for another protocol gets its answer: a connection that just ends passes, to the proxy, for
      // a node that died, and a few of them would take every node out of service [X2]
      shouldUpgradeCallback: (request) => isSocketPath(request) && server.listenerCount('upgrade') > 0,
    },
    ground.http.handler,
  )
  server.keepAliveTimeout = 75_000 // longer than a proxy keeps an idle connection, or it would meet one just closed
  server.listen(config.listen.port, config.listen.host)
  try {
    await once(server, 'listening')
  } catch (fault) {
    await close()
    throw fault
  }
  keep({ close: () => server.closeAllConnections() })
  const { port } = addressOf(server.address())
  log.info({ event: 'listening', port })

  /** Null when the node is closed before Postgres answers. */
  async function awaitEpoch(): Promise<Epoch | null> {
    let told = ''
    for (let delayMs = backOff.firstMs; closing === null; delayMs = Math.min(delayMs * 2, backOff.lastMs)) {
      try {
        return await openEpoch({ log: ground.messageLog })
      } catch (fault) {
        const reason = fault instanceof Error ? fault.message : String(fault)
        if (reason !== told) log.warn({ event: 'not-ready', reason })
        told = reason
        await pause(clock, delayMs)
      }
    }
    return null
  }

  async function start(): Promise<void> {
    const epoch = await awaitEpoch()
    const wasClosed = () => closing !== null
    if (epoch === null || wasClosed()) throw new Error('unable to become ready; the node was closed')
    parts = openParts({ ...ground, epoch, httpServer: server })
    await rehearse({ server, warmUp: parts.warmUp, clock, log })
    if (wasClosed()) throw new Error('unable to become ready; the node was closed')
    parts.serve()
    ground.node.guard()
    log.info({ event: 'ready' })
  }

  function close(): Promise<void> {
    server.close()
    closing ??= closeAll()
    return closing
  }

  const ready = start()
  ready.catch(() => {}) // whoever waits for it hears of it
  return {
    port,
    ready,
    close,
    async drain() {
      const stopListening = () => void server.close()
      await drain({ node: ground.node, stopListening, parts, drainMs: config.node.drainMs, clock, log })
      await close()
    },
  }
}

function addressOf(address: string | AddressInfo | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('unable to listen; it is not on a port')
  return address
}
