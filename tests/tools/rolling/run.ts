/** A steady stream while every node is replaced in turn: the longest that each listener waits for the next message. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Room } from '#protocol/wire.ts'
import type { RoomHandle, Timeline } from '../../../client/engine/face.ts'
import { type Browser, openBrowser } from '../chaos/browser.ts'
import { type Spread, spreadOf } from '../chaos/figures.ts'
import { until } from '../chaos/recorder.ts'
import type { Local, Target } from '../chaos/target.ts'

type Needs = {
  target: Pick<Target, 'url' | 'say'> & { local: Local }
  listeners: number
  speakers: number
  /** Between two messages of the whole stream. */
  everyMs: number
  rounds: number
}

/** Of each listener, over the time that one node takes to be replaced (ms). */
export type Outcome = { calm: Spread; replaced: Spread; sent: number; heard: number; missing: number }

/** What somebody heard in one room, and when. */
type Ear = { handle: RoomHandle; times: number[]; seqs: Set<number>; close: () => void }

type Stream = { ears: Ear[]; sent: () => number; end: () => Promise<void> }

type Span = [from: number, to: number]

function listen(handle: RoomHandle): Ear {
  const [times, seqs]: [number[], Set<number>] = [[], new Set()]
  const look = ({ rows }: Timeline) => {
    const before = seqs.size
    for (const row of rows) if (row.kind === 'message') seqs.add(row.message.seq)
    if (seqs.size > before) times.push(performance.now())
  }
  const stop = handle.timeline.subscribe(look)
  const close = () => {
    stop()
    handle.close()
  }
  return { handle, times, seqs, close }
}

function longestIn({ times }: Ear, [from, to]: Span): number {
  const before = times.findLast((at) => at <= from) ?? from
  const marks = [before, ...times.filter((at) => at > from && at <= to)]
  return Math.round(Math.max(0, ...marks.slice(1).map((at, index) => at - (marks[index] ?? at))))
}

export async function runRolling({ target, listeners, speakers, everyMs, rounds }: Needs): Promise<Outcome> {
  const { url, local, say } = target
  const run = Math.floor(Math.random() * 1e9).toString(36)
  const browsers = Array.from({ length: listeners + speakers }, () => openBrowser(url))
  const userIds: string[] = []
  for (const [index, browser] of browsers.entries())
    userIds.push((await browser.signUp({ username: `rolling-${run}-${index}`, password: 'a password of the tool' })).id)
  const [first] = browsers
  if (first === undefined) throw new Error('unable to listen; there is nobody')
  const engines = browsers.map((browser) => browser.openPage())
  for (const engine of engines) await until(engine.link, ({ state }) => state === 'online')

  /** In a room of its own: a crowd in one process has no time for thousands of rows, and its stalls would pass for ours. */
  async function openStream(owner: Browser, round: number): Promise<Stream> {
    const room: Room = await owner.createRoom(`A steady stream ${round + 1}`, userIds)
    const ears = engines.map((engine) => listen(engine.open(room.id)))
    const over = new AbortController()
    let sent = 0
    async function speak(): Promise<void> {
      const beganAt = performance.now()
      while (!over.signal.aborted) {
        ears[sent % speakers]?.handle.send(`message ${++sent}`)
        await pause(Math.max(0, beganAt + sent * everyMs - performance.now()))
      }
    }
    const speaking = speak()
    return {
      ears,
      sent: () => sent,
      async end() {
        over.abort()
        await speaking
        await pause(3_000)
        for (const ear of ears) ear.close()
      },
    }
  }

  async function replace(node: number): Promise<Span> {
    const from = performance.now()
    for (const verb of ['stop', 'start'] as const) {
      const { ok, text } = await local.tell({ verb, node })
      if (!ok) throw new Error(text)
    }
    await pause(500)
    return [from, performance.now()]
  }

  const pauses: { calm: number[]; replaced: number[] } = { calm: [], replaced: [] }
  let [sent, heard, missing] = [0, 0, 0]
  for (let round = 0; round < rounds; round += 1) {
    const stream = await openStream(first, round)
    await pause(3_000)
    const calmAt = performance.now()
    await pause(5_000)
    const calm: Span = [calmAt, performance.now()]
    pauses.calm.push(...stream.ears.map((ear) => longestIn(ear, calm)))
    for (let node = 1; node <= local.nodes; node += 1) {
      const span = await replace(node)
      const longest = stream.ears.map((ear) => longestIn(ear, span))
      pauses.replaced.push(...longest)
      const tookMs = Math.round(span[1] - span[0])
      say(`round ${round + 1}, node ${node} replaced in ${tookMs} ms; the longest pause ${Math.max(...longest)} ms`)
    }
    await stream.end()
    sent += stream.sent()
    heard += Math.max(0, ...stream.ears.flatMap(({ seqs }) => [...seqs]))
    // nobody was there before the first: what somebody lacks below the newest was never shown to them
    for (const { seqs } of stream.ears) missing += Math.max(0, ...seqs) - seqs.size
  }
  for (const engine of engines) engine.close()
  return { calm: spreadOf(pauses.calm), replaced: spreadOf(pauses.replaced), sent, heard, missing }
}
