/** The dialogs over the workspace; a file of their own that is fetched once the workspace stands. */
import type { User } from '#protocol/wire.ts'
import { ClusterPanel } from '../panel/cluster.tsx'
import { AddPeople } from './add-people.tsx'
import { BrowseRooms } from './browse-rooms.tsx'
import { CreateRoom } from './create-room.tsx'
import { NewDirect } from './new-direct.tsx'
import { Outbox } from './outbox.tsx'
import { useParts } from './parts.ts'
import { ProfileCard } from './profile-card.tsx'
import { RoomDetails } from './room-details.tsx'
import { RoomMenu } from './room-menu.tsx'
import { Settings } from './settings.tsx'
import { Shortcuts } from './shortcuts.tsx'
import { Switcher } from './switcher.tsx'
import { useCell } from './use-cell.ts'
import { useNotifier } from './use-notifier.ts'

export function OpenDialog({ user }: { user: User }) {
  const { dialog } = useParts()
  const open = useCell(dialog)
  // an answer that comes late must not close what was opened since
  const close = () => dialog.get() === open && dialog.set(null)
  useNotifier(user)
  switch (open) {
    case null:
      return null
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
    case 'switcher':
      return <Switcher user={user} onClose={close} />
    case 'shortcuts':
      return <Shortcuts onClose={close} />
    case 'outbox':
      return <Outbox user={user} onClose={close} />
  }
  switch (open.kind) {
    case 'profile':
      return <ProfileCard userId={open.userId} user={user} onClose={close} />
    case 'details':
      return <RoomDetails roomId={open.roomId} user={user} onClose={close} />
    case 'add':
      return <AddPeople roomId={open.roomId} onClose={close} />
    case 'room-menu':
      return <RoomMenu roomId={open.roomId} at={open.at} user={user} onClose={close} />
  }
}
