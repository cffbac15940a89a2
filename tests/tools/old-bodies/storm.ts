/** What could leave an old body in the cache: deaths between commit and delete, a cache that goes, comes and forgets, a node that is cut off from it. */
import { setTimeout as pause } from 'node:timers/promises'
import { createClient } from 'redis'
import type { Postgres } from '../../../server/store/postgres.ts'
import { eventually } from '../../kit/eventually.ts'
import type { Seeded } from '../../kit/seeded.ts'
import type { Crowd } from './crowd.ts'
import type { Ledger } from './ledger.ts'
import type { Stage } from './stage.ts'

type Needs = { stage: Stage; crowd: Crowd; ledger: Ledger; postgres: Postgres; chance: Seeded }

export type Storm = {
  /** Kills a node whose commit is under way inside Postgres, and lets that commit happen: nobody is left to delete. */
  killBetween(): Promise<void>
  flush(): Promise<void>
  restartCache(): Promise<void>
  /** One node loses the cache, everybody else keeps it. */
  cutOff(how: 'cut' | 'stalled'): Promise<void>
}

const acrossMs = 3_000

export function openStorm({ stage, crowd, ledger, postgres, chance }: Needs): Storm {
  let tries = 0

  const rowOf = (roomId: string, seq: number) =>
    postgres.ask(async (prisma) => {
      const rows = await prisma.$queryRaw<{ rev: number; body: string }[]>`
        SELECT rev, body FROM messages WHERE room_id = ${roomId}::uuid AND seq = ${seq}`
      return rows[0]
    })

  const waiting = () =>
    postgres.ask(async (prisma) => {
      const rows = await prisma.$queryRaw<unknown[]>`
        SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%append(%'`
      return rows.length
    })

  return {
    async killBetween() {
      const number = (tries % stage.nodes.length) + 1
      const node = stage.nodes[number - 1]
      const roomId = crowd.quiet[tries % crowd.quiet.length]
      if (node === undefined || roomId === undefined) throw new Error('unable to kill a node; there is none')
      const seq = chance.between(1, 110)
      const body = `committed by the dead, ${++tries}`
      const held = Promise.withResolvers<void>()
      const released = Promise.withResolvers<void>()
      const holding = postgres.ask((prisma) =>
        prisma.$transaction(async (transaction) => {
          await transaction.$queryRaw`SELECT FROM rooms WHERE id = ${roomId}::uuid FOR NO KEY UPDATE`
          held.resolve()
          await released.promise
        }),
      )
      await Promise.race([held.promise, holding])
      const unanswered = crowd.edit(node, { roomId, seq }, body)
      try {
        await eventually(async () => (await waiting()) > 0, { everyMs: 5 })
        await stage.run({ verb: 'kill', node: number })
      } finally {
        released.resolve()
        await holding
      }
      await eventually(async () => (await rowOf(roomId, seq))?.body === body)
      const { rev = 0 } = (await rowOf(roomId, seq)) ?? {}
      ledger.acknowledge({ roomId, seq, rev, body })
      if (await unanswered) throw new Error('unable to kill between commit and delete; the edit was answered')
      await stage.run({ verb: 'start', node: number })
    },

    async flush() {
      const client = createClient({ url: stage.cacheUrl })
      client.on('error', () => {})
      await client.connect()
      for (let time = 0; time < 3; time += 1) {
        await client.flushAll()
        await pause(chance.between(20, 200))
      }
      client.destroy()
    },

    async restartCache() {
      await stage.run({ verb: 'kill', service: 'cache' })
      await pause(chance.between(0, 1_000))
      await stage.run({ verb: 'start', service: 'cache' })
    },

    async cutOff(how) {
      const { name } = chance.pick(stage.nodes)
      await stage.wires.turn(name, 'cache', how)
      await pause(acrossMs)
      await stage.wires.turn(name, 'cache', 'whole')
    },
  }
}
