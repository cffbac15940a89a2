/** Says that what an address or a quote leads to is not to be had. */
import { Icon } from './icon.tsx'

export function Missing({ text, onClose }: { text: string; onClose: () => void }) {
  return (
    <div class="missing" role="alert">
      <Icon name="warning" size={16} />
      <span>{text}</span>
      <button type="button" class="icon-button" aria-label="Close" onClick={onClose}>
        <Icon name="close" size={16} />
      </button>
    </div>
  )
}
