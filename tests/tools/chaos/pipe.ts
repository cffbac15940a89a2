/** A TCP connection's way that can be taken away: cut, so that both ends hear of it, or stalled, so that neither does. */
import { connect, createServer, type Server, type Socket } from 'node:net'

/** `stalled`: nothing passes and nobody is told, as when a cable is pulled; what was sent arrives when it is `whole` again. */
export type PipeState = 'whole' | 'cut' | 'stalled'

export type Pipe = {
  /** Where to connect instead. */
  port: number
  turn(state: PipeState): void
  close(): Promise<void>
}

/** Resolves when it listens on the loopback; every connection to it goes on to `host` and `port`. */
export async function openPipe({ host, port }: { host: string; port: number }): Promise<Pipe> {
  const pairs = new Set<[near: Socket, far: Socket | null]>()
  let state: PipeState = 'whole'

  function lead(pair: [near: Socket, far: Socket | null]): void {
    const [near] = pair
    if (near.destroyed) return void pairs.delete(pair)
    const far = connect({ host, port, noDelay: true, allowHalfOpen: true })
    pair[1] = far
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.pipe(other)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        other.destroySoon()
        pairs.delete(pair)
      })
    }
  }

  const server: Server = createServer({ noDelay: true, allowHalfOpen: true }, (near) => {
    near.on('error', () => {})
    const pair: [Socket, Socket | null] = [near, null]
    if (state === 'cut') near.resetAndDestroy()
    else pairs.add(pair)
    if (state === 'whole') lead(pair)
    else near.pause()
  })

  const turns: Record<PipeState, () => void> = {
    cut() {
      for (const [near, far] of pairs) {
        near.resetAndDestroy()
        far?.resetAndDestroy()
      }
      pairs.clear()
    },
    stalled() {
      for (const [near, far] of pairs) {
        if (far === null) continue
        near.unpipe(far).pause()
        far.unpipe(near).pause()
      }
    },
    whole() {
      for (const pair of pairs) {
        const [near, far] = pair
        if (far === null) lead(pair)
        else {
          near.pipe(far)
          far.pipe(near)
        }
      }
    },
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('unable to lay a pipe; it has no port')
  return {
    port: address.port,
    turn(next) {
      if (next === state) return
      state = next
      turns[next]()
    },
    async close() {
      turns.cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
