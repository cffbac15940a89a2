/** What a node does before it opens its doors, so that the first who come do not wait for what only the first ones cost. */
import type { Server } from 'node:http'
import { type Duplex, duplexPair } from 'node:stream'
import { protocolVersion } from '#protocol/wire.ts'
import { type Clock, pause, within } from './kit/clock.ts'
import type { Log } from './kit/log.ts'

type Needs = {
  /** Its socket door is open, and refuses whoever has no session. */
  server: Server
  /** Asks Postgres what it will be asked for everybody who comes in; never rejects. */
  warmUp: () => Promise<void>
  clock: Clock
  log: Log
}

const knocks = 30
const together = 5
/** Until the door is tried again when it lets nobody in. */
const againMs = 50
/** Longest that all of it may keep a node from being ready. */
const boundMs = 3_000

const upgrade = [
  'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
  'Host: rehearsal',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  `Sec-WebSocket-Key: ${Buffer.from('rehearsal of us!').toString('base64')}`,
].join('\r\n')

/** Socket.IO's first packet in a frame of text, under a mask of noughts. */
function firstFrame(): Buffer {
  const packet = Buffer.from(`40${JSON.stringify({ protocol: protocolVersion })}`)
  return Buffer.concat([Buffer.from([0x81, 0x80 | packet.length, 0, 0, 0, 0]), packet])
}

const isRefusal = (heard: string) => heard.includes('44{')

/** Resolves with all that was said to somebody without a session, who hangs up at the first word about it. */
function knock(server: Server): Promise<string> {
  const [near, far]: [Duplex, Duplex] = duplexPair()
  return new Promise((resolve) => {
    let heard = ''
    let isIn = false
    near.setEncoding('latin1')
    near.on('data', (text: string) => {
      heard += text
      if (!isIn && heard.includes('0{"sid"')) {
        isIn = true
        near.write(firstFrame())
      }
      if (isRefusal(heard)) near.destroy()
    })
    near.on('error', () => {})
    near.on('end', () => near.destroy())
    near.on('close', () => {
      far.destroy()
      resolve(heard)
    })
    server.emit('connection', far) // a stream without a network is as good
    near.write(`${upgrade}\r\n\r\n`)
  })
}

/**
 * A node that has just started takes two to three times as long for the first fifty who come in as for later ones, and those
 * whom a dead node leaves behind come all at once, most of them to the emptiest. Never rejects, and takes `boundMs` at most:
 * it is only quicker that way. Resolves with what each was told who was let in as far as that.
 */
export async function rehearse({ server, warmUp, clock, log }: Needs): Promise<string[]> {
  const heard: string[] = []
  let isOver = false
  const knockAll = async () => {
    while (heard.length < knocks && !isOver) {
      const missing = Math.min(together, knocks - heard.length)
      const told = await Promise.all(Array.from({ length: missing }, () => knock(server)))
      heard.push(...told.filter(isRefusal))
      if (!told.every(isRefusal)) await pause(clock, againMs) // a service is not there yet, and the door says so
    }
  }
  await within(clock, boundMs, 'rehearse', Promise.all([knockAll(), warmUp()])).catch((fault: unknown) =>
    log.warn({ event: 'rehearsal-cut-short', err: fault }),
  )
  isOver = true
  return heard
}
