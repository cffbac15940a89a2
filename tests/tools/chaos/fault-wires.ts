/** One node loses sight of one thing that it needs, or that needs it, while everybody else goes on. */
import type { Seeded } from '../../kit/seeded.ts'
import type { Fault } from './fault.ts'
import type { LinkName, Wires } from './wires.ts'

const names: Record<LinkName, string> = {
  nginx: 'nginx',
  redis: 'the state Redis',
  cache: 'the cache',
  postgres: 'Postgres',
}

/** Cut: both ends hear of it. Stalled: neither does. */
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
    (['cut', 'stalled'] as const).map((state): Fault => {
      let victim = ''
      return {
        name: `${state === 'cut' ? 'cut' : 'stall'} a node from ${title}`,
        lastsMs: state === 'cut' ? [1_000, 5_000] : [2_000, 9_000],
        async begin() {
          victim = `node-${chance.between(1, nodes)}`
          await wires.turn(victim, link as LinkName, state)
        },
        end: () => wires.turn(victim, link as LinkName, 'whole'),
      }
    }),
  )
}
