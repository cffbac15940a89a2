/** Why something did not work, said where it was tried; heard at once. */
import { Icon } from './icon.tsx'

export function Fault({ text }: { text: string | null }) {
  return (
    <div class="fault-place" role="alert">
      {text !== null && (
        <p class="fault">
          <Icon name="warning" size={16} />
          {text}
        </p>
      )}
    </div>
  )
}
