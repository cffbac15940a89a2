/** What can be done with a message, for fingers: a sheet that a long press opens. */

import { useState } from 'preact/hooks'
import type { Message } from '#protocol/wire.ts'
import { BodyLine } from './body-line.tsx'
import { Dialog } from './dialog.tsx'
import { Icon } from './icon.tsx'
import { LaterEmojiPicker } from './later-emoji-picker.tsx'
import { choicesOf, firstChoicesOf } from './message-choices.ts'
import type { Rights, RoomActions } from './room-actions.ts'
import { moreEmoji } from './room-actions.ts'

type Needs = { message: Message; rights: Rights; act: RoomActions; author: string; onClose: () => void }

export function MessageSheet({ author, onClose, ...needs }: Needs) {
  const { message, rights, act } = needs
  const [picking, setPicking] = useState(false)
  const close = (run: () => void) => () => {
    onClose()
    run()
  }
  const react = (emoji: string) => close(() => act.react(message, emoji))()
  if (picking)
    return (
      <Dialog title="Pick a reaction" onClose={onClose}>
        <LaterEmojiPicker onPick={react} />
      </Dialog>
    )
  return (
    <Dialog title={author} onClose={onClose}>
      <p class="sheet-quote" dir="auto">
        <BodyLine body={message.body ?? ''} />
      </p>
      {rights.write && (
        <div class="emoji-grid">
          {moreEmoji.map((emoji) => (
            <button key={emoji} type="button" aria-label={emoji} onClick={() => react(emoji)}>
              {emoji}
            </button>
          ))}
          <button type="button" aria-label="More emoji" onClick={() => setPicking(true)}>
            <Icon name="smile" size={22} />
          </button>
        </div>
      )}
      <div class="picks">
        {[...firstChoicesOf(needs), ...choicesOf(needs)].map(({ icon, label, run, isAlert }) => (
          <button key={label} type="button" class="pick" data-alert={isAlert} onClick={close(run)}>
            <Icon name={icon} />
            {label}
          </button>
        ))}
      </div>
    </Dialog>
  )
}
