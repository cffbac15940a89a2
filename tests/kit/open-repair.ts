/** A node's repair on a clock that stands still, with people at its sockets and stores that can be away. */
import { openEpoch } from '../../server/rooms/epoch.ts'
import { openRepair } from '../../server/rooms/repair.ts'
import { listener, openBus, openMemoryFanout } from '../fakes/memory-fanout.ts'
import { openMemoryStore } from '../fakes/memory-store.ts'
import { openManualClock } from './manual-clock.ts'
import { fill, furnish, metrics, silent } from './rooms.ts'

export async function openTestRepair({ people = 2, rooms = 1, kind = 'private' as 'private' | 'public' } = {}) {
  const clock = openManualClock()
  const store = openMemoryStore(clock)
  const { userIds, roomIds } = await furnish(store, { people, rooms, kind })
  const bus = openBus()
  const fanout = openMemoryFanout(bus)
  const sessions = new Map(
    userIds.map((_, index) => [`sid${index}`, { generation: 1 } as { generation: number } | null]),
  )
  const ears = userIds.map((userId, index) => listener(`s${index}`, { userId, sid: `sid${index}` }))
  for (const { socket } of ears) {
    fanout.enter(socket)
    for (const roomId of roomIds) socket.rooms.add(roomId)
  }
  const away: Record<'sessions' | 'postgres', boolean> = { sessions: false, postgres: false }
  const hungUp: number[] = []
  const looks: string[] = []
  const meanwhile = { look: async () => {} }
  const guarded =
    <Input, Value>(ask: (input: Input) => Promise<Value>) =>
    (input: Input) =>
      away.postgres ? Promise.reject(new Error('postgres is away')) : ask(input)
  const repair = openRepair({
    log: { revs: guarded(store.log.revs), changes: guarded(store.log.changes) },
    book: {
      ...store.book,
      memberships: guarded(store.book.memberships),
      async get(looked) {
        looks.push(looked.roomId)
        await meanwhile.look()
        return await store.book.get(looked)
      },
    },
    users: store.users,
    look: async (sids) => {
      if (away.sessions) throw new Error('redis is away')
      return new Map(sids.map((sid) => [sid, sessions.get(sid) ?? null]))
    },
    fanout,
    epoch: await openEpoch({ log: store.log }),
    hangUp: () => void hungUp.push(clock.ticks()),
    clock,
    metrics,
    logger: silent,
    random: () => 0,
    options: { everyMs: 2_000, hurryMs: 250 },
  })
  const [roomId = '', userId = ''] = [roomIds[0], userIds[0]]
  const owner = { userId, admin: false }
  const say = (messages = 1) => fill(store, { roomId, userId, messages })
  const eventsOf = (index: number) => ears[index]?.heard.map(({ event }) => event)
  return {
    clock,
    store,
    bus,
    fanout,
    sessions,
    ears,
    away,
    hungUp,
    looks,
    meanwhile,
    repair,
    roomId,
    userIds,
    roomIds,
    owner,
    say,
    eventsOf,
  }
}
