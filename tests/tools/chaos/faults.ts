/** What can break in a cluster on one machine, by the words that testers have for it. */
import { type Command, parseCommand } from '../../../infra/local/command.ts'
import type { Reply } from '../../../infra/local/control.ts'
import type { Seeded } from '../../kit/seeded.ts'
import type { Fault } from './fault.ts'

type Needs = { tell: (command: Command) => Promise<Reply>; nodes: number; chance: Seeded }

type Words = { begin: string; end: string }

export function clusterFaults({ tell, nodes, chance }: Needs): Fault[] {
  async function say(words: string): Promise<void> {
    const reply = await tell(parseCommand(words.split(' ')))
    if (!reply.ok) throw new Error(`unable to ${words}; ${reply.text}`)
  }

  /** The same node, or service, is hurt and mended. */
  function hurt(name: string, lastsMs: Fault['lastsMs'], { begin, end }: Words, whom: () => string): Fault {
    let victim = ''
    return {
      name,
      lastsMs,
      begin: async () => {
        victim = whom()
        await say(`${begin} ${victim}`)
      },
      end: () => say(`${end} ${victim}`),
    }
  }

  const anyNode = () => String(chance.between(1, nodes))
  const killed = { begin: 'kill', end: 'start' }
  const paused = { begin: 'pause', end: 'resume' }
  return [
    hurt('kill a node', [500, 2_500], killed, anyNode),
    hurt('drain a node', [500, 2_500], { begin: 'stop', end: 'start' }, anyNode),
    hurt('pause a node', [1_000, 9_000], paused, anyNode),
    {
      name: 'restart all nodes in turn',
      lastsMs: [0, 500],
      async begin() {
        for (let node = 1; node <= nodes; node += 1) {
          await say(`stop ${node}`)
          await say(`start ${node}`)
        }
      },
      async end() {},
    },
    hurt('kill the state Redis', [1_000, 5_000], killed, () => 'redis'),
    hurt('restart the state Redis', [0, 200], { begin: 'stop', end: 'start' }, () => 'redis'),
    hurt('pause the state Redis', [1_000, 5_000], paused, () => 'redis'),
    hurt('kill the cache', [1_000, 4_000], killed, () => 'cache'),
    hurt('pause the cache', [1_000, 4_000], paused, () => 'cache'),
    hurt('kill Postgres', [500, 2_500], killed, () => 'postgres'),
    hurt('restart nginx', [0, 200], { begin: 'stop', end: 'start' }, () => 'nginx'),
    hurt('kill nginx', [200, 2_000], killed, () => 'nginx'),
    { name: 'reload nginx', lastsMs: [500, 1_500], begin: () => say('reload nginx'), async end() {} },
  ]
}
