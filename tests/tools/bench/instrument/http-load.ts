/** The process that asks over HTTP: connections kept open, one request under way on each, as little work as can be. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { type HttpAnswer, openAnswers, requestText } from './http-wire.ts'
import { apply, type Load, type Loaded } from './load.ts'
import { serve } from './worker.ts'

/** Requests are sent in turn, over and over. `mark` is looked for in the headers of answers, and counted. */
export type HttpOrder = {
  port: number
  requests: { path: string; cookie: string }[]
  load: Load
  mark: string
}

export type HttpLoaded = Loaded & { marked: number; refused: number; bytes: number }

type Line = { ask(text: string): Promise<HttpAnswer>; close(): void }

async function openLine(port: number): Promise<Line> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  const cut = openAnswers()
  let waiting = Promise.withResolvers<HttpAnswer>()
  const fail = (fault: unknown) => {
    waiting.promise.catch(() => {})
    waiting.reject(fault)
  }
  socket.on('data', (piece) => {
    try {
      for (const answer of cut(Buffer.from(piece))) waiting.resolve(answer)
    } catch (fault) {
      fail(fault)
    }
  })
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('unable to go on; the connection was closed')))
  return {
    ask(text) {
      waiting = Promise.withResolvers<HttpAnswer>()
      socket.write(text, 'latin1')
      return waiting.promise
    },
    close: () => socket.destroy(),
  }
}

/** An even pace may need many at once for a moment; each gets a connection of its own. */
async function run({ port, requests, load, mark }: HttpOrder): Promise<HttpLoaded> {
  const texts = requests.map((request) => requestText({ ...request, host: `127.0.0.1:${port}` }))
  const free: Line[] = []
  const all: Line[] = []
  let [marked, refused, bytes] = [0, 0, 0]

  async function line(): Promise<Line> {
    const spare = free.pop()
    if (spare !== undefined) return spare
    const made = await openLine(port)
    all.push(made)
    return made
  }

  for (let n = 0; n < ('atOnce' in load ? load.atOnce : 8); n++) {
    const made = await openLine(port)
    all.push(made)
    free.push(made)
  }
  try {
    const loaded = await apply(load, async (n) => {
      const mine = await line()
      const answer = await mine.ask(texts[n % texts.length] ?? '')
      free.push(mine)
      if (answer.status !== 200) refused += 1
      if (answer.header.includes(mark)) marked += 1
      bytes += answer.bytes
    })
    return { ...loaded, marked, refused, bytes }
  } finally {
    for (const made of all) made.close()
  }
}

serve<HttpOrder>(run)
