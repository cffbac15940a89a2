/** Brings people into a room. */
import { limits } from '#protocol/limits.ts'
import type { Answer, User } from '#protocol/wire.ts'
import { useParts } from './parts.ts'
import { PickPeople } from './pick-people.tsx'
import { useMembers } from './use-members.ts'

export function AddPeople({ roomId, onClose }: { roomId: string; onClose: () => void }) {
  const { engine, spoken } = useParts()
  const { members } = useMembers(roomId)

  /** One after the other; the first "no" is the answer. */
  async function add(people: readonly User[]): Promise<Answer<unknown>> {
    for (const person of people) {
      const answer = await engine.putMember(roomId, person.id)
      if (!answer.ok) return answer
    }
    return { ok: true, value: null }
  }

  return (
    <PickPeople
      title="Add people"
      action="Add to the room"
      most={limits.membersAtOnce}
      without={new Set(members.map((one) => one.userId))}
      run={add}
      onDone={() => spoken.set('Added')}
      onClose={onClose}
    />
  )
}
