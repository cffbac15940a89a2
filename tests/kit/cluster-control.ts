/** Says to the test's cluster what a tester would say by `npm run cluster -- …`. */
import { inject } from 'vitest'
import type { ServiceName, Verb } from '../../infra/local/command.ts'
import { ask } from '../../infra/local/control.ts'
import { type Status, statusSchema } from '../../infra/local/status.ts'
import { eventually } from './eventually.ts'

export type ClusterControl = {
  /** Resolves when it is done; rejects with what the supervisor said. */
  node(verb: Verb, number: number): Promise<void>
  service(verb: Verb, name: ServiceName): Promise<void>
  scale(nodes: number): Promise<void>
  rebalance(): Promise<void>
  status(): Promise<Status>
  /** Makes it `nodes` nodes that all serve, and all services up: how a test should leave it. */
  heal(nodes?: number): Promise<void>
}

export function clusterControl(): ClusterControl {
  const { socketPath } = inject('cluster')

  async function say(command: Parameters<typeof ask>[1]): Promise<Status> {
    const { ok, text, status } = await ask(socketPath, command)
    if (!ok) throw new Error(text)
    return statusSchema.parse(status)
  }

  const status = () => say({ verb: 'status' })

  return {
    status,
    async node(verb, node) {
      await say({ verb, node })
    },
    async service(verb, service) {
      await say({ verb, service })
    },
    async scale(nodes) {
      await say({ verb: 'scale', nodes })
    },
    async rebalance() {
      await say({ verb: 'rebalance' })
    },
    async heal(nodes = 3) {
      const { services, nodes: present } = await status()
      for (const { name, state } of [...services, ...present]) {
        if (state !== 'down' && state !== 'paused') continue
        const verb = state === 'down' ? 'start' : 'resume'
        const number = /^node-(\d+)$/.exec(name)?.[1]
        if (number !== undefined) await say({ verb, node: Number(number) })
        else if (name === 'postgres' || name === 'redis' || name === 'cache') await say({ verb, service: name })
        else if (name === 'nginx') await say({ verb: 'start', service: name })
      }
      await say({ verb: 'scale', nodes })
      await eventually(async () => (await status()).nodes.every(({ ready }) => ready === true), { withinMs: 60_000 })
    },
  }
}
