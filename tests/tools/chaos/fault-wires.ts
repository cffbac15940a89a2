/** One node loses sight of one thing that it needs, or that needs it, while everybody else goes on. */
import type { Seeded } from '../../kit/seeded.ts'
import type { Fault } from './fault.ts'
import type { PipeState } from './pipe.ts'
import type { LinkName, Wires } from './wires.ts'

const names: Record<LinkName, string> = {
  nginx: 'nginx',
  redis: 'the state Redis',
  cache: 'the cache',
  postgres: 'Postgres',
}

type Harm = { name: (title: string) => string; lastsMs: Fault['lastsMs'] }

const harms: Record<Exclude<PipeState, 'whole'>, Harm> = {
  cut: { name: (title) => `cut a node from ${title}`, lastsMs: [1_000, 5_000] }, // both ends hear of it
  stalled: { name: (title) => `stall a node from ${title}`, lastsMs: [2_000, 9_000] }, // neither does
  late: { name: (title) => `delay ${title} for a node`, lastsMs: [2_000, 5_000] }, // what it hears is old
}

/** Every link of one node, hurt in every way. */
export function wireFaults({
  wires,
  nodes,
  chance,
}: {
  wires: Pick<Wires, 'turn'>
  nodes: number
  chance: Seeded
}): Fault[] {
  return Object.entries(names).flatMap(([link, title]) =>
    Object.entries(harms).map(([state, { name, lastsMs }]): Fault => {
      let victim = ''
      return {
        name: name(title),
        lastsMs,
        async begin() {
          victim = `node-${chance.between(1, nodes)}`
          await wires.turn(victim, link as LinkName, state as PipeState)
        },
        end: () => wires.turn(victim, link as LinkName, 'whole'),
      }
    }),
  )
}
