/** The dialogs over the workspace; a file of their own that is fetched once the workspace stands. */
import type { User } from '#protocol/wire.ts'
import { ClusterPanel } from '../panel/cluster.tsx'
import { AddPeople } from './add-people.tsx'
import { BrowseRooms } from './browse-rooms.tsx'
import { CreateRoom } from './create-room.tsx'
import { NewDirect } from './new-direct.tsx'
import { useParts } from './parts.ts'
import { Settings } from './settings.tsx'
import { useCell } from './use-cell.ts'

export function OpenDialog({ user, roomId }: { user: User; roomId: string | null }) {
  const { dialog } = useParts()
  const close = () => dialog.set(null)
  switch (useCell(dialog)) {
    case 'settings':
      return <Settings user={user} onClose={close} />
    case 'cluster':
      return <ClusterPanel onClose={close} />
    case 'browse':
      return <BrowseRooms onClose={close} />
    case 'create':
      return <CreateRoom onClose={close} />
    case 'direct':
      return <NewDirect user={user} onClose={close} />
    case 'add':
      return roomId === null ? null : <AddPeople roomId={roomId} onClose={close} />
    case null:
      return null
  }
}
