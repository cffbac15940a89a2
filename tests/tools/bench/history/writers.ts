/** The process that writes: people in one hot room, each on a socket, and one who keeps looking at its newest page. */
import { randomUUIDv7 } from 'node:crypto'
import { apply, type Load, type Loaded } from '../instrument/load.ts'
import { openRawSocket, type RawSocket } from '../instrument/raw-socket.ts'
import { serve } from '../instrument/worker.ts'

export type WriterOrder =
  | { kind: 'open'; port: number; cookies: string[]; roomId: string }
  | { kind: 'write'; way: 'send' | 'edit'; load: Load; readsPerSecond: number }
  | { kind: 'close' }

const body =
  'the lane holds until the commit, and nobody waits longer than it takes to say so: ship it tomorrow, please '

let roomId = ''
let people: { socket: RawSocket; seq: number }[] = []
let count = 0

async function call(socket: RawSocket, name: string, input: object): Promise<string> {
  const text = await socket.call(name, input)
  if (!text.startsWith('[{"ok":true')) throw new Error(`unable to write; the node answered ${text.slice(0, 200)}`)
  return text
}

const send = (socket: RawSocket) =>
  call(socket, 'message:send', { roomId, id: randomUUIDv7(), body: `${body}${count++}` })

async function open({ port, cookies, roomId: id }: Extract<WriterOrder, { kind: 'open' }>): Promise<void> {
  roomId = id
  for (const cookie of cookies) {
    const socket = await openRawSocket({ port, cookie })
    people.push({ socket, seq: Number(/"seq":(\d+)/.exec(await send(socket))?.[1]) })
  }
}

async function write({ way, load, readsPerSecond }: Extract<WriterOrder, { kind: 'write' }>): Promise<Loaded> {
  const reading =
    readsPerSecond === 0
      ? null
      : apply({ forMs: load.forMs, perSecond: readsPerSecond }, async () => {
          const [reader] = people
          if (reader !== undefined) await call(reader.socket, 'room:page', { roomId })
        })
  const loaded = await apply(load, async (n) => {
    const person = people[n % people.length]
    if (person === undefined) throw new Error('unable to write; nobody is there')
    const { socket, seq } = person
    if (way === 'send') await send(socket)
    else await call(socket, 'message:edit', { roomId, seq, body: `${body}${count++}` })
  })
  await reading
  return loaded
}

serve<WriterOrder>(async (order) => {
  if (order.kind === 'open') return await open(order)
  if (order.kind === 'write') return await write(order)
  for (const { socket } of people) socket.close()
  people = []
  return null
})
