/** What somebody settles for themselves alone: written in the book, and told to their other devices. */
import type { Events, Preferences } from '#protocol/wire.ts'
import type { Block, BlockBook } from '../store/block-book.ts'
import type { RoomBook } from '../store/room-book.ts'

type Told = 'room:preferences' | 'user:blocked'

type Needs = {
  book: Pick<RoomBook, 'prefer'>
  blocks: Pick<BlockBook, 'put' | 'drop'>
  fanout: { toUser<Name extends Told>(userId: string, event: Name, payload: Events[Name]): void }
}

/** Each refuses as its namesake of the book; when it resolves, every node was told, as far as it hears. */
export type OwnDevices = {
  prefer(...[at, change]: Parameters<RoomBook['prefer']>): Promise<Preferences>
  block(block: Block, on: boolean): Promise<void>
}

export function openOwnDevices({ book, blocks, fanout }: Needs): OwnDevices {
  return {
    async prefer(at, change) {
      const { moved, ...preferences } = await book.prefer(at, change)
      if (moved) fanout.toUser(at.userId, 'room:preferences', { roomId: at.roomId, ...preferences })
      return preferences
    },
    async block(block, on) {
      await blocks[on ? 'put' : 'drop'](block)
      fanout.toUser(block.userId, 'user:blocked', { userId: block.blockedId, on })
    },
  }
}
