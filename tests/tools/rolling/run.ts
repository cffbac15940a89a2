/** A steady stream while every node is replaced in turn: the longest that each listener waits for the next message. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Message, Room } from '#protocol/wire.ts'
import type { Engine, Timeline } from '../../../client/engine/face.ts'
import { openBrowser } from '../chaos/browser.ts'
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

/** Longest pauses by span of time, for who is given when they heard something new. */
type Ear = { times: number[]; seqs: Set<number>; engine: Engine }

async function openEar(engine: Engine, roomId: string): Promise<Ear> {
  const ear: Ear = { times: [], seqs: new Set(), engine }
  await until(engine.account, ({ state }) => state === 'signed-in')
  const handle = engine.open(roomId)
  const look = ({ rows }: Timeline) => {
    // a crowd in one process has no time to look at all of them each time
    const known = rows.findLastIndex((row) => row.kind === 'message' && ear.seqs.has(row.message.seq))
    const fresh = rows.slice(known + 1).flatMap((row) => (row.kind === 'message' ? [row.message.seq] : []))
    for (const seq of fresh) ear.seqs.add(seq)
    if (fresh.length > 0) ear.times.push(performance.now())
  }
  await until(engine.link, ({ state }) => state === 'online')
  handle.timeline.subscribe(look)
  return ear
}

function longestIn({ times }: Ear, [from, to]: [number, number]): number {
  const before = times.findLast((at) => at <= from) ?? from
  const marks = [before, ...times.filter((at) => at > from && at <= to)]
  return Math.round(Math.max(0, ...marks.slice(1).map((at, index) => at - (marks[index] ?? at))))
}

export async function runRolling({ target, listeners, speakers, everyMs, rounds }: Needs): Promise<Outcome> {
  const { url, local, say } = target
  const run = Math.floor(Math.random() * 1e9).toString(36)
  const browsers = Array.from({ length: listeners + speakers }, () => openBrowser(url))
  const users = []
  for (const [index, browser] of browsers.entries())
    users.push(await browser.signUp({ username: `rolling-${run}-${index}`, password: 'a password of the tool' }))
  const [first] = browsers
  if (first === undefined) throw new Error('unable to listen; there is nobody')
  const room: Room = await first.createRoom(
    'A steady stream',
    users.map(({ id }) => id),
  )
  const ears = await Promise.all(browsers.map((browser) => openEar(browser.openPage(), room.id)))
  const handles = ears.slice(0, speakers).map(({ engine }) => engine.open(room.id))

  let sent = 0
  const over = new AbortController()
  async function speak(): Promise<void> {
    const beganAt = performance.now()
    while (!over.signal.aborted) {
      handles[sent % handles.length]?.send(`message ${++sent}`)
      await pause(Math.max(0, beganAt + sent * everyMs - performance.now()))
    }
  }
  const speaking = speak()
  const spans: { calm: [number, number][]; replaced: [number, number][] } = { calm: [], replaced: [] }
  await pause(3_000)
  for (let round = 0; round < rounds; round += 1) {
    const calmAt = performance.now()
    await pause(5_000)
    spans.calm.push([calmAt, performance.now()])
    for (let node = 1; node <= local.nodes; node += 1) {
      const from = performance.now()
      for (const verb of ['stop', 'start'] as const) {
        const { ok, text } = await local.tell({ verb, node })
        if (!ok) throw new Error(text)
      }
      await pause(500)
      const to = performance.now()
      spans.replaced.push([from, to])
      const longest = Math.max(...ears.map((ear) => longestIn(ear, [from, to])))
      say(`round ${round + 1}, node ${node} replaced in ${Math.round(to - from)} ms; the longest pause ${longest} ms`)
    }
  }
  over.abort()
  await speaking
  await pause(3_000)
  const pausesIn = (all: [number, number][]) => spreadOf(all.flatMap((span) => ears.map((ear) => longestIn(ear, span))))
  const heard = ears.map(({ seqs }) => Math.max(0, ...seqs) - Math.min(...seqs) + 1 - seqs.size)
  const newest: Message['seq'] = Math.max(0, ...ears.flatMap(({ seqs }) => [...seqs]))
  for (const { engine } of ears) engine.close()
  return {
    calm: pausesIn(spans.calm),
    replaced: pausesIn(spans.replaced),
    sent,
    heard: newest,
    missing: heard.reduce((sum, holes) => sum + holes, 0),
  }
}
