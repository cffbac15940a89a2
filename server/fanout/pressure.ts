/** Keeps a slow reader from filling our memory: what can be spared is shed first, then the socket goes, to resume later. [A3] */
import type { Socket } from 'socket.io'

/** `socket` is the one of `ws`; polling has none. */
type Transport = { writable: boolean; socket?: { terminate(): void } }
type Engine = Pick<Socket['conn'], 'on' | 'close'> & { transport: Transport }

type Needs<Reader> = {
  /** It falls behind: spare it what it can do without. */
  onBehind: (reader: Reader) => void
  onCaughtUp: (reader: Reader) => void
  /** Its connection was given up. */
  onGivenUp: (reader: Reader) => void
}

/** What may wait for a socket's transport: the frames are shared between sockets, but a resume's answer is not. */
const bounds = {
  shed: { packets: 64, bytes: 256 * 1024 },
  close: { packets: 4_096, bytes: 8 * 1024 * 1024 },
}

type Amount = { packets: number; bytes: number }

const over = (waiting: Amount, bound: Amount) => waiting.packets > bound.packets || waiting.bytes > bound.bytes

/** Counts what waits since the transport last took something; what it took then is bounded in the same way. */
export function openPressure<Reader>({ onBehind, onCaughtUp, onGivenUp }: Needs<Reader>) {
  return (engine: Engine, reader: Reader): void => {
    const waiting = { packets: 0, bytes: 0 }
    let behind = false

    engine.on('packetCreate', ({ data }: { data?: string | Buffer }) => {
      if (engine.transport.writable) return // it goes out at once
      waiting.packets += 1
      waiting.bytes += data?.length ?? 0
      if (!behind && over(waiting, bounds.shed)) {
        behind = true
        onBehind(reader)
      }
      if (!over(waiting, bounds.close)) return
      onGivenUp(reader)
      giveUp(engine)
    })

    engine.on('flush', () => {
      waiting.packets = 0
      waiting.bytes = 0
    })

    // not in the middle of the flush: what is written there goes out inside it, and a poll's answer can be given but once
    engine.on('drain', () => {
      if (!behind) return
      behind = false
      onCaughtUp(reader)
    })
  }
}

/** Without a goodbye, which it would not read: the client is to come again, and what waits for it is let go of now. */
function giveUp(engine: Engine): void {
  engine.transport.socket?.terminate()
  engine.close(true)
}
