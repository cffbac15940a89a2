/** What is asked before a room is left, put away, or another's place in it is changed. */
import type { Room } from '#protocol/wire.ts'
import type { Question } from './confirm.tsx'

type Asked = Pick<Question, 'title' | 'words' | 'action' | 'isAlert'>

export function leaving(room: Room, title: string, ownId: string): Asked {
  const isOwner = room.ownerId === ownId
  const owner = isOwner ? ' You own it: without you nobody can rename it, archive it or remove people.' : ''
  const back = room.kind === 'private' ? 'Only a member can bring you back.' : 'You can come back at any time.'
  return {
    title: `Leave ${title}?`,
    words: `${back}${owner}`,
    action: 'Leave',
    isAlert: isOwner || room.kind === 'private',
  }
}

export function archiving({ archived }: Room, title: string): Asked {
  return archived
    ? {
        title: `Open ${title} again?`,
        words: 'Its members can write to it again.',
        action: 'Unarchive',
        isAlert: false,
      }
    : {
        title: `Archive ${title}?`,
        words: 'Everything in it can still be read, but nobody can write to it. You can open it again later.',
        action: 'Archive',
        isAlert: true,
      }
}

export function removing(name: string, room: Room): Asked {
  const back = room.kind === 'private' ? 'They cannot read it any more.' : 'The room is public: they can join again.'
  return { title: `Remove ${name} from ${room.title}?`, words: back, action: 'Remove', isAlert: true }
}

export function handingOver(name: string, room: Room): Asked {
  return {
    title: `Make ${name} the owner?`,
    words: `${name} alone can then rename ${room.title}, archive it and remove people, you among them. You stay a member.`,
    action: 'Make owner',
    isAlert: true,
  }
}
