/** Pipes between every node and whatever it talks to, each of which can be cut or stalled without the others. */
import { Worker } from 'node:worker_threads'
import type { Wire } from '../../../infra/local/fleet.ts'
import type { PipeState } from './pipe.ts'

const links = { nginx: '', redis: 'REDIS_URL', cache: 'CACHE_REDIS_URL', postgres: 'DATABASE_URL' } as const

export type LinkName = keyof typeof links

type Order =
  | { what: 'open'; name: string; host: string; port: number }
  | { what: 'turn'; name: string; state: PipeState }

export type Asked = Order & { id: number }
export type Answered = { id: number; port: number }

export type Wires = {
  /** For `openCluster`. */
  wire: Wire
  turn(node: string, link: LinkName, state: PipeState): Promise<void>
  close(): Promise<void>
}

export function openWires(): Wires {
  const thread = new Worker(new URL('./wires-thread.ts', import.meta.url))
  const waiting = new Map<number, (port: number) => void>()
  const broken = Promise.withResolvers<never>()
  broken.promise.catch(() => {}) // heard by whoever asks
  let count = 0
  thread.on('message', ({ id, port }: Answered) => {
    waiting.get(id)?.(port)
    waiting.delete(id)
  })
  thread.on('error', broken.reject)
  thread.unref()

  function ask(order: Order): Promise<number> {
    const id = ++count
    const { promise, resolve } = Promise.withResolvers<number>()
    waiting.set(id, resolve)
    thread.postMessage({ ...order, id })
    return Promise.race([promise, broken.promise])
  }

  async function through(name: string, url: string): Promise<string> {
    const led = new URL(url)
    const port = Number(led.port) || (led.protocol.startsWith('redis') ? 6_379 : 5_432)
    led.port = String(await ask({ what: 'open', name, host: led.hostname, port }))
    led.hostname = '127.0.0.1'
    return led.href
  }

  return {
    async wire({ name, port, environment }) {
      const led = { ...environment }
      for (const [link, variable] of Object.entries(links)) {
        const url = environment[variable]
        if (url !== undefined) led[variable] = await through(`${name} ${link}`, url)
      }
      const door = await ask({ what: 'open', name: `${name} nginx`, host: '127.0.0.1', port })
      return { door, environment: led }
    },
    async turn(node, link, state) {
      await ask({ what: 'turn', name: `${node} ${link}`, state })
    },
    async close() {
      await thread.terminate()
    },
  }
}
