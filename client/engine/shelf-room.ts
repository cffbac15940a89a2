/** A room on disk: its newest rows and the position they stand at, which only ever move together. */
import type { Member, Message, Position } from '#protocol/wire.ts'
import type { Keys } from './vault.ts'

/** `rows` are contiguous and end at `head`. */
export type KeptRoom = { position: Position; head: number; rows: Message[]; members: Member[] }

/**
 * `changed`: every row that changed after `base`. `all`: every row of the newest window, for when the disk stands
 * before `base` or in another history. `rewound`: the room itself went back, so going back is right. [R12]
 */
export type RoomWrite = {
  position: Position
  head: number
  base: number
  changed: readonly Message[]
  all: () => readonly Message[]
  members?: readonly Member[]
  rewound?: boolean
}

type Mark = { position: Position; head: number; from: number }

/** Rows kept of a room: at least the newest `keepMin` (if it has them), at most `keepMax`. */
const keepMin = 200
const keepMax = 400
const end = '\uffff'

const keyOf = (room: string, seq: number) => `${room}/row/${String(seq).padStart(10, '0')}`

/** Nothing, rather than rows with a hole; such a room is kept anew. Needs a transaction that writes. */
export async function readRoom(keys: Keys, room: string): Promise<KeptRoom | null> {
  const mark = (await keys.get(`${room}/mark`)) as Mark | undefined
  if (mark === undefined) return null
  const rows = (await keys.all(keyOf(room, mark.from), keyOf(room, mark.head))) as Message[]
  const members = ((await keys.get(`${room}/members`)) as Member[] | undefined) ?? []
  if (rows.length !== mark.head - mark.from + 1) {
    keys.delete(`${room}/mark`, `${room}/mark`)
    return null
  }
  return { position: mark.position, head: mark.head, rows, members }
}

export async function writeRoom(keys: Keys, room: string, write: RoomWrite): Promise<void> {
  const mark = (await keys.get(`${room}/mark`)) as Mark | undefined
  const sameHistory = mark?.position.epoch === write.position.epoch && write.rewound !== true
  if (sameHistory && mark.position.rev >= write.position.rev && write.members === undefined) return
  if (sameHistory && mark.position.rev > write.position.rev) return // another tab is further
  if (write.members !== undefined) keys.put(`${room}/members`, write.members)

  const isDelta = sameHistory && mark.position.rev >= write.base
  const rows = isDelta ? write.changed.filter(({ seq }) => seq >= mark.from) : write.all().slice(-keepMax)
  let from = isDelta ? mark.from : (rows[0]?.seq ?? write.head + 1)
  if (!isDelta) keys.delete(`${room}/row/`, `${room}/row/${end}`)
  for (const message of rows) keys.put(keyOf(room, message.seq), message)
  if (write.head - from >= keepMax) {
    keys.delete(`${room}/row/`, keyOf(room, write.head - keepMin))
    from = write.head - keepMin + 1
  }
  keys.put(`${room}/mark`, { position: write.position, head: write.head, from } satisfies Mark)
}
