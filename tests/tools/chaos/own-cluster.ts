/** A cluster that nobody else uses, kept by a thread of its own: a busy crowd must not make its keeper think that nodes hang. */
import { once } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { ask } from '../../../infra/local/control.ts'
import type { Facts, Given, Order, Told } from './own-cluster-thread.ts'
import type { Local, Target } from './target.ts'
import type { Wires } from './wires.ts'

type Needs = {
  nodes: number
  say: (line: string) => void
  given?: Record<string, string | undefined>
  /** The checkout whose nodes run: this one, or a copy with something taken out. */
  root?: string
}

export type OwnCluster = Target & { local: Local; close(): Promise<void> }

const checkout = join(import.meta.dirname, '..', '..', '..')

/** Resolves when it serves; ends it again when it cannot. */
export async function openOwnCluster({ nodes, say, given = {}, root = checkout }: Needs): Promise<OwnCluster> {
  const workerData: Given = { nodes, root, given: { ...given } }
  const thread = new Worker(new URL('./own-cluster-thread.ts', import.meta.url), { workerData })
  const ended = once(thread, 'exit')
  const opened = Promise.withResolvers<Facts>()
  const turned = new Map<number, () => void>()
  let turns = 0
  thread.on('error', opened.reject)
  thread.on('message', (told: Told) => {
    if ('line' in told) say(told.line)
    else if ('facts' in told) opened.resolve(told.facts)
    else if ('fault' in told) opened.reject(new Error(told.fault))
    else {
      turned.get(told.turned)?.()
      turned.delete(told.turned)
    }
  })
  const order = (what: Order) => thread.postMessage(what)
  const turn: Wires['turn'] = (node, link, state) =>
    new Promise((resolve) => {
      turned.set(++turns, resolve)
      order({ what: 'turn', id: turns, node, link, state })
    })

  async function close(): Promise<void> {
    order({ what: 'close' })
    await ended
  }
  try {
    const { url, databaseUrl, cacheUrl, socketPath } = await opened.promise
    const local = {
      nodes,
      databaseUrl,
      cacheUrl,
      tell: (command: Parameters<typeof ask>[1]) => ask(socketPath, command),
    }
    return { url, say, local, wires: { turn }, close }
  } catch (fault) {
    await close()
    throw fault
  }
}
