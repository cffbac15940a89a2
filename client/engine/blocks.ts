/** Whom we block: told by the server on every connection, and kept, so that they stay hidden while we are offline. */
import type { OpenCell } from './cell.ts'
import type { Shelf } from './shelf.ts'

type Needs = { shelf: Pick<Shelf, 'note' | 'putNote'>; cell: OpenCell<ReadonlySet<string>> }

export type Blocks = ReturnType<typeof openBlocks>

export function openBlocks({ shelf, cell }: Needs) {
  function replace(ids: Iterable<string>): void {
    cell.set(new Set(ids))
    shelf.putNote('blocked', [...cell.get()]).catch(() => {}) // the server has it
  }

  return {
    async load(): Promise<void> {
      cell.set(new Set((await shelf.note<string[]>('blocked')) ?? []))
    },
    has: (userId: string) => cell.get().has(userId),
    replace,
    take({ userId, on }: { userId: string; on: boolean }): void {
      const others = [...cell.get()].filter((id) => id !== userId)
      if (on !== cell.get().has(userId)) replace(on ? [...others, userId] : others)
    },
  }
}
