/** Opens the conversation with one or several people; it exists once, whoever began it. */
import { limits } from '#protocol/limits.ts'
import type { User } from '#protocol/wire.ts'
import { useParts } from './parts.ts'
import { PickPeople } from './pick-people.tsx'

export function NewDirect({ user, onClose }: { user: User; onClose: () => void }) {
  const { engine, router } = useParts()
  return (
    <PickPeople
      title="New direct message"
      action="Start talking"
      most={limits.directMembers - 1}
      without={new Set([user.id])}
      run={(people) => engine.createRoom({ kind: 'direct', memberIds: people.map((one) => one.id) })}
      onDone={(room) => router.go(room.id)}
      onClose={onClose}
    />
  )
}
