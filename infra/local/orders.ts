/** Carries out what `npm run cluster -- …` says. */
import type { Backing } from './backing.ts'
import type { Command, ServiceName } from './command.ts'
import type { Reply } from './control.ts'
import type { Fleet } from './fleet.ts'
import type { Keeper } from './keeper.ts'
import { type Status, tellStatus } from './status.ts'

type Needs = {
  url: string
  fleet: Fleet
  backing: Backing
  /** nginx, and how it is told to read its configuration anew. */
  front: Keeper
  reload: () => Promise<void>
  /** Resolves when the nodes with more than their share were told. */
  rebalance: () => Promise<void>
}

export function statusOf({ url, fleet, backing, front }: Needs): Status {
  const row = (keeper: Keeper) => ({
    name: keeper.name,
    state: keeper.state(),
    pid: keeper.child()?.pid ?? null,
    restarts: keeper.restarts(),
  })
  return {
    url,
    nodes: fleet.members().map((member) => ({
      ...row(member.keeper),
      port: member.port,
      ready: member.keeper.state() === 'up' && fleet.serves(member),
    })),
    services: [
      ...backing.keepers().map((keeper) => ({ ...row(keeper), port: backing.portOf(keeper.name) })),
      row(front),
    ],
  }
}

/** Resolves when it is done; refuses what cannot be. */
export async function carryOut(needs: Needs, command: Command): Promise<Reply> {
  const { fleet, backing, front } = needs
  const done = (text: string): Reply => ({ ok: true, text, status: statusOf(needs) })
  if (command.verb === 'status') return done(tellStatus(statusOf(needs)))
  if (command.verb === 'rebalance') {
    await needs.rebalance()
    return done('nodes with more than their share have some of their connections hop')
  }
  if ('nodes' in command) {
    await fleet.scale(command.nodes)
    return done(`${command.nodes} ${command.nodes === 1 ? 'node' : 'nodes'}`)
  }
  if (command.verb === 'reload') {
    await needs.reload()
    return done('nginx: reloaded')
  }
  const service = (name: ServiceName | 'nginx') => (name === 'nginx' ? front : backing.find(name))
  const keeper = 'node' in command ? fleet.find(command.node).keeper : service(command.service)
  if (command.verb === 'start' && 'node' in command) await fleet.start(command.node)
  else await keeper[command.verb]()
  return done(`${keeper.name}: ${words[command.verb]}`)
}

const words = {
  kill: 'killed; it stays down until you start it',
  stop: 'stopped; it stays down until you start it',
  pause: 'paused; it is left alone until you resume it',
  resume: 'resumed',
  start: 'started',
}
