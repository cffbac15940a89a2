/** What can break in a cluster on one machine, and among its clients. */
import { setTimeout as pause } from 'node:timers/promises'
import { type Command, parseCommand } from '../../../infra/local/command.ts'
import type { Reply } from '../../../infra/local/control.ts'
import type { Seeded } from '../../kit/seeded.ts'
import type { Fault } from './nemesis.ts'
import type { Person } from './person.ts'

type Needs = {
  tell: (command: Command) => Promise<Reply>
  nodes: number
  persons: readonly Person[]
  chance: Seeded
}

export function localFaults({ tell, nodes, persons, chance }: Needs): Fault[] {
  async function say(words: string): Promise<void> {
    const reply = await tell(parseCommand(words.split(' ')))
    if (!reply.ok) throw new Error(`unable to ${words}; ${reply.text}`)
  }

  /** The same node, or service, is hurt and mended. */
  function hurt(name: string, lastsMs: Fault['lastsMs'], verbs: [string, string], whom: () => string): Fault {
    let victim = ''
    return {
      name,
      lastsMs,
      begin: async () => {
        victim = whom()
        await say(`${verbs[0]} ${victim}`)
      },
      end: () => say(`${verbs[1]} ${victim}`),
    }
  }
  const anyNode = () => String(chance.between(1, nodes))

  return [
    hurt('kill a node', [500, 2_500], ['kill', 'start'], anyNode),
    hurt('drain a node', [500, 2_500], ['stop', 'start'], anyNode),
    hurt('pause a node', [1_000, 9_000], ['pause', 'resume'], anyNode),
    hurt('kill the state Redis', [1_000, 5_000], ['kill', 'start'], () => 'redis'),
    hurt('pause the state Redis', [1_000, 5_000], ['pause', 'resume'], () => 'redis'),
    hurt('kill the cache', [1_000, 4_000], ['kill', 'start'], () => 'cache'),
    hurt('pause the cache', [1_000, 4_000], ['pause', 'resume'], () => 'cache'),
    hurt('kill Postgres', [500, 2_500], ['kill', 'start'], () => 'postgres'),
    {
      name: 'reload some pages',
      lastsMs: [500, 2_000],
      async begin() {
        const some = persons.filter(() => chance.next() < 0.3)
        await Promise.all(some.map((person) => person.reload()))
      },
      async end() {},
    },
    {
      name: 'some people sleep',
      lastsMs: [0, 500],
      async begin() {
        const some = persons.filter(() => chance.next() < 0.3)
        await Promise.all(some.map((person) => person.reload(() => pause(chance.between(1_000, 5_000)))))
      },
      async end() {},
    },
  ]
}
