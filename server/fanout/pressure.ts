/** Keeps a slow reader from filling our memory: what can be spared is shed first, then the socket goes, to resume later. [A3] */
import type { Socket } from 'socket.io'

/** `socket` is the one of `ws`; polling has none. */
type Transport = { writable: boolean; socket?: { terminate(): void } }
type Engine = Pick<Socket['conn'], 'on' | 'close'> & { transport: Transport }

type Needs = {
  engine: Engine
  /** The socket falls behind: spare it what it can do without. */
  onBehind: () => void
  onCaughtUp: () => void
  /** The socket was given up. */
  onGivenUp: () => void
}

/** What may wait for a socket's transport: the frames are shared between sockets, but a resume's answer is not. */
const bounds = {
  shed: { packets: 64, bytes: 256 * 1024 },
  close: { packets: 4_096, bytes: 8 * 1024 * 1024 },
}

/** Counts what waits since the transport last took something; what it took then is bounded in the same way. */
export function watchPressure({ engine, onBehind, onCaughtUp, onGivenUp }: Needs): void {
  let packets = 0
  let bytes = 0
  let behind = false
  const over = (bound: { packets: number; bytes: number }) => packets > bound.packets || bytes > bound.bytes

  engine.on('packetCreate', ({ data }: { data?: string | Buffer }) => {
    if (engine.transport.writable) return // it goes out at once
    packets += 1
    bytes += data?.length ?? 0
    if (!behind && over(bounds.shed)) {
      behind = true
      onBehind()
    }
    if (!over(bounds.close)) return
    onGivenUp()
    giveUp(engine)
  })

  engine.on('flush', () => {
    packets = 0
    bytes = 0
  })

  // not in the middle of the flush: what is written there goes out inside it, and a poll's answer can be given but once
  engine.on('drain', () => {
    if (!behind) return
    behind = false
    onCaughtUp()
  })
}

/** Without a goodbye, which it would not read: the client is to come again, and what waits for it is let go of now. */
function giveUp(engine: Engine): void {
  engine.transport.socket?.terminate()
  engine.close(true)
}
