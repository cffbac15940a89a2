/** One user's part of the disk: what was loaded, and what is not sent yet. */
import type { RefusalCode } from '#protocol/refusals.ts'
import { type KeptRoom, type RoomWrite, readRoom, writeRoom } from './shelf-room.ts'
import type { Vault } from './vault.ts'

/** A draft as it is kept. `tab` made it or took it over, and alone sends it. */
export type KeptDraft = {
  id: string
  roomId: string
  body: string
  replyTo?: number
  createdAt: string
  order: number
  tab: string
  refusal?: RefusalCode
  /** No server can have it: it was not sent yet, or surely refused. Else it may be a message already. [L3] */
  unsent?: true
}

export type Shelf = {
  /** A small value under a name, such as the list of rooms. `Value` is what was put there by this code. */
  note<Value>(name: string): Promise<Value | null>
  putNote(name: string, value: unknown): Promise<void>
  room(roomId: string): Promise<KeptRoom | null>
  /** Rows and position, in one transaction; an older state never replaces a newer one, whichever tab has it. */
  putRoom(roomId: string, write: RoomWrite): Promise<void>
  dropRoom(roomId: string): Promise<void>
  drafts(): Promise<KeptDraft[]>
  putDraft(draft: KeptDraft): Promise<void>
  dropDraft(id: string): Promise<void>
  /** The unsent texts by room. */
  texts(): Promise<Map<string, string>>
  putText(roomId: string, text: string): Promise<void>
}

const end = '\uffff'

/** What is read back was put there by the same functions: the one place where the disk's values get their types. */
export function openShelf(vault: Vault, userId: string): Shelf {
  const shelf = `shelf/${userId}`
  const unsent = `unsent/${userId}`
  const put = (key: string, value: unknown) => vault.transact('write', async (keys) => keys.put(key, value))
  const drop = (key: string) => vault.transact('write', async (keys) => keys.delete(key, key))

  return {
    note: <Value>(name: string) =>
      vault.transact('read', async (keys) => ((await keys.get(`${shelf}/note/${name}`)) as Value | undefined) ?? null),
    putNote: (name, value) => put(`${shelf}/note/${name}`, value),
    room: (roomId) => vault.transact('write', (keys) => readRoom(keys, `${shelf}/room/${roomId}`)),
    putRoom: (roomId, write) => vault.transact('write', (keys) => writeRoom(keys, `${shelf}/room/${roomId}`, write)),
    dropRoom: (roomId) =>
      vault.transact('write', async (keys) =>
        keys.delete(`${shelf}/room/${roomId}/`, `${shelf}/room/${roomId}/${end}`),
      ),
    drafts: () =>
      vault.transact('read', async (keys) => {
        const drafts = (await keys.all(`${unsent}/draft/`, `${unsent}/draft/${end}`)) as KeptDraft[]
        return drafts.sort((a, b) => a.order - b.order)
      }),
    putDraft: (draft) => put(`${unsent}/draft/${draft.id}`, draft),
    dropDraft: (id) => drop(`${unsent}/draft/${id}`),
    texts: () =>
      vault.transact('read', async (keys) => {
        const kept = (await keys.all(`${unsent}/text/`, `${unsent}/text/${end}`)) as { roomId: string; text: string }[]
        return new Map(kept.map(({ roomId, text }) => [roomId, text]))
      }),
    putText: (roomId, text) =>
      text === '' ? drop(`${unsent}/text/${roomId}`) : put(`${unsent}/text/${roomId}`, { roomId, text }),
  }
}
