/** A TCP connection's way that can be hurt: cut, so that both ends hear of it, stalled, so that neither does, or made slow. */
import { connect, createServer, type Server, type Socket } from 'node:net'
import { Transform } from 'node:stream'

/**
 * `stalled`: nothing passes and nobody is told, as when a cable is pulled; what was sent arrives when it is `whole` again.
 * `late`: questions pass at once, and every answer takes a while: it is old when it arrives.
 */
export type PipeState = 'whole' | 'cut' | 'stalled' | 'late'

/** How late, far longer than a query takes and far shorter than anybody's patience. */
const lateMs = 400

/** What every answer of one connection passes, once answers were late on it. */
type Delay = { way: Transform; hurry: () => void }

/** In order. Who hurries gets what is on its way at once. */
function openDelay(isLate: () => boolean): Delay {
  const held: Buffer[] = []
  const way = new Transform({
    transform(chunk: Buffer, _, done) {
      if (!isLate()) return done(null, chunk)
      held.push(chunk)
      setTimeout(() => held[0] === chunk && way.push(held.shift()), lateMs)
      done()
    },
    flush(done) {
      hurry()
      done()
    },
  })
  function hurry(): void {
    for (const chunk of held.splice(0)) way.push(chunk)
  }
  return { way, hurry }
}

export type Pipe = {
  /** Where to connect instead. */
  port: number
  turn(state: PipeState): void
  close(): Promise<void>
}

/** Resolves when it listens on the loopback; every connection to it goes on to `host` and `port`. */
export async function openPipe({ host, port }: { host: string; port: number }): Promise<Pipe> {
  const pairs = new Set<[near: Socket, far: Socket | null]>()
  const delays = new Map<Socket, Delay>()
  let state: PipeState = 'whole'

  /** Where answers go first. */
  const wayBack = (near: Socket, far: Socket) => delays.get(far)?.way ?? near

  function delay(near: Socket, far: Socket): void {
    const { way, hurry } = openDelay(() => state === 'late')
    far.unpipe(near)
    delays.set(far, { way, hurry })
    far.pipe(way).pipe(near)
  }

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
        delays.delete(far)
      })
    }
    if (state === 'late') delay(near, far)
  }

  const server: Server = createServer({ noDelay: true, allowHalfOpen: true }, (near) => {
    near.on('error', () => {})
    const pair: [Socket, Socket | null] = [near, null]
    if (state === 'cut') near.resetAndDestroy()
    else pairs.add(pair)
    if (state === 'whole' || state === 'late') lead(pair)
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
        far.unpipe(wayBack(near, far)).pause()
      }
    },
    whole() {
      for (const pair of pairs) {
        const [near, far] = pair
        if (far === null) lead(pair)
        else {
          near.unpipe(far).pipe(far)
          far.unpipe(wayBack(near, far)).pipe(wayBack(near, far))
        }
      }
    },
    late() {
      turns.whole()
      for (const [near, far] of pairs) if (far !== null && !delays.has(far)) delay(near, far)
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
      for (const { hurry } of delays.values()) hurry()
      turns[next]()
    },
    async close() {
      turns.cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
