/** People who talk while an operator works on the cluster: most by WebSocket, some by polling. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { eventually } from '../../kit/eventually.ts'
import { createRoom, type Person, signUp } from '../../kit/visitor.ts'
import { openRecorder } from '../chaos/recorder.ts'
import { type Client, type Fate, openClient, type Way } from './client.ts'

type Needs = { url: string; websockets: number; pollings: number; everyMs: number }

export type Crowd = Awaited<ReturnType<typeof openCrowd>>

const roomSize = 10
const atOnce = 4
const backWithinMs = 60_000

/** Resolves with everybody online, in rooms of about ten, and in the midst of talking. */
export async function openCrowd({ url, websockets, pollings, everyMs }: Needs) {
  const recorder = openRecorder()
  const count = websockets + pollings
  const persons = await inTurns(Array.from({ length: count }), () => signUp(url))
  // One by one around the rooms, so that each has people of either way.
  const rooms = Math.ceil(count / roomSize)
  const groups = Array.from({ length: rooms }, (_, room) => persons.filter((_, index) => index % rooms === room))
  const seats = await inTurns(groups, async ([first, ...others]: Person[]) => {
    if (first === undefined) return []
    const { id } = await createRoom(first, 'private', others)
    return [first, ...others].map((person) => ({ person, roomId: id }))
  })
  const wayOf = (index: number): Way => (index < pollings ? 'polling' : 'websocket')
  const clients = await inTurns(seats.flat(), ({ person, roomId }, index) =>
    openClient({ url, person, roomId, way: wayOf(index), recorder }),
  )
  const lives = clients.map((client) => client.talk(everyMs))
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  const acknowledged = () => recorder.events.filter(({ type }) => type === 'acknowledged').length
  await eventually(() => acknowledged() >= count, { withinMs: everyMs + backWithinMs })

  return {
    clients,
    recorder,
    persons,

    /** Resolves with what came over everybody while `work` was done and until all were back. */
    async during(name: string, work: () => Promise<unknown>): Promise<Fate[]> {
      for (const client of clients) client.takeFate()
      recorder.note({ type: 'fault', fault: name, phase: 'begin' })
      delay.reset()
      await work()
      await pause(2_000) // what an operator's command sets off is not over when it returns
      await eventually(() => clients.every((client) => client.node() !== null), { withinMs: backWithinMs })
      recorder.note({ type: 'fault', fault: name, phase: 'end' })
      return clients.map((client) => client.takeFate())
    },

    /** Longest that the crowd itself did not get to do anything in the last scene (ms): no client of it can be faster. */
    stalledMs: () => Math.round(delay.max / 1e6),

    /** How many are at each node. */
    spread: (): Map<string, number> =>
      new Map(
        [...Map.groupBy(clients, (client) => client.node() ?? 'nowhere')].map(([node, all]) => [node, all.length]),
      ),

    /** Resolves when nobody waits for an answer any more. */
    async rest(): Promise<void> {
      for (const client of clients) client.rest()
      await Promise.all(lives)
      await eventually(() => clients.every((client: Client) => client.undecided() === 0), { withinMs: backWithinMs })
    },

    close() {
      for (const client of clients) client.close()
    },
  }
}

/** A few at a time; the results keep their order. */
async function inTurns<Item, Value>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<Value>,
): Promise<Value[]> {
  const values: Value[] = []
  let next = 0
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++)
      values[index] = await work(items[index] as Item, index)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return values
}
