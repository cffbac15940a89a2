/** A room that does not exist for us, or no longer. */
import { Icon } from './icon.tsx'

export function RoomFault({ onBack }: { onBack: () => void }) {
  return (
    <main class="room nothing">
      <span class="room-start-glyph">
        <Icon name="lock" size={26} />
      </span>
      <h1>This room is not open to you</h1>
      <p>It does not exist, or you are not, or no longer, a member.</p>
      <button type="button" class="button" onClick={onBack}>
        To your rooms
      </button>
    </main>
  )
}
