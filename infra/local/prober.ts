/** Looks every second whether the nodes answer, and names those that hang: nginx has no active health check. */
import type { Clock } from '../../server/kit/clock.ts'
import { openLoop } from '../../server/kit/loop.ts'
import { type Answer, probe } from './probe.ts'

export type Watched = { name: string; pid: number; port: number }

type Needs = {
  clock: Clock
  /** Those that should answer: not the paused ones, not the dead. */
  watched: () => Watched[]
  onHung: (node: Watched) => void
  look?: (port: number) => Promise<{ lives: Answer; serves: Answer }>
}

const everyMs = 1_000
/** Longer than a node's own watchdog, which speaks first where it can. */
const hungMs = 5_000
/** A process that never answered yet may still be starting. */
const startingMs = 60_000

const lookOverHttp = async (port: number) => {
  const [lives, serves] = await Promise.all([probe(port, '/livez'), probe(port, '/readyz')])
  return { lives, serves }
}

type Seen = { firstAt: number; answeredAt: number | null; serves: Answer }

export type Prober = {
  /** The node has just shown to be ready. */
  met(pid: number): void
  /** Whether the node was ready when last looked at. */
  serves(pid: number): boolean
  close(): Promise<void>
}

export function openProber({ clock, watched, onHung, look = lookOverHttp }: Needs): Prober {
  const seen = new Map<number, Seen>()
  let lookedAt = clock.ticks()

  async function lookAt(node: Watched): Promise<void> {
    const one = seen.get(node.pid) ?? { firstAt: clock.ticks(), answeredAt: null, serves: 'silent' }
    seen.set(node.pid, one)
    const { lives, serves } = await look(node.port)
    one.serves = serves
    if (lives !== 'silent') one.answeredAt = clock.ticks()
    const silentMs = clock.ticks() - (one.answeredAt ?? one.firstAt)
    if (silentMs <= (one.answeredAt === null ? startingMs : hungMs)) return
    if (!watched().some(({ pid }) => pid === node.pid)) return // paused or ended while we looked
    seen.delete(node.pid)
    onHung(node)
  }

  async function round(): Promise<void> {
    const now = clock.ticks()
    // Who was asleep itself cannot tell how long the others were silent.
    if (now - lookedAt > 3 * everyMs) for (const one of seen.values()) one.answeredAt &&= now
    const nodes = watched()
    const pids = new Set(nodes.map(({ pid }) => pid))
    for (const pid of seen.keys()) if (!pids.has(pid)) seen.delete(pid)
    await Promise.all(nodes.map(lookAt))
    lookedAt = clock.ticks()
  }

  const loop = openLoop({ clock, everyMs: () => everyMs, run: round, onFault: () => {} })
  return {
    met(pid) {
      seen.set(pid, { firstAt: clock.ticks(), answeredAt: clock.ticks(), serves: 'ok' })
    },
    serves: (pid) => seen.get(pid)?.serves === 'ok',
    close: () => loop.close(),
  }
}
