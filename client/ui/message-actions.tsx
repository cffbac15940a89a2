/** What can be done with a message: as a toolbar for mouse and keyboard, as a sheet for fingers. */

import { useState } from 'preact/hooks'
import type { Message } from '#protocol/wire.ts'
import { Dialog } from './dialog.tsx'
import type { IconName } from './icon.tsx'
import { Icon } from './icon.tsx'
import { Popover } from './popover.tsx'
import type { Rights, RoomActions } from './room-actions.ts'
import { moreEmoji, quickEmoji } from './room-actions.ts'

type Needs = { message: Message; rights: Rights; act: RoomActions }

export function MessageToolbar({ message, rights, act }: Needs) {
  const [picking, setPicking] = useState<Element | null>(null)
  const react = (emoji: string) => {
    setPicking(null)
    act.react(message, emoji)
  }
  return (
    <div class="toolbar" role="toolbar" aria-label="Message actions">
      {rights.write && (
        <>
          {quickEmoji.map((emoji) => (
            <button
              key={emoji}
              type="button"
              class="tool tool-emoji"
              aria-label={`React with ${emoji}`}
              onClick={() => react(emoji)}
            >
              {emoji}
            </button>
          ))}
          <button
            type="button"
            class="tool"
            aria-label="Add a reaction"
            aria-haspopup="dialog"
            aria-expanded={picking !== null}
            onClick={(event) => setPicking(event.currentTarget)}
          >
            <Icon name="smile" size={18} />
          </button>
          <Tool icon="reply" label="Reply" onClick={() => act.reply(message)} />
        </>
      )}
      {rights.edit && <Tool icon="pencil" label="Edit" onClick={() => act.edit(message)} />}
      <Tool icon="copy" label="Copy text" onClick={() => act.copy(message.body ?? '')} />
      {rights.remove && <Tool icon="trash" label="Delete" onClick={() => act.remove(message)} />}
      {picking && (
        <Popover anchor={picking} label="Pick a reaction" onClose={() => setPicking(null)}>
          <EmojiGrid onPick={react} />
        </Popover>
      )}
    </div>
  )
}

function Tool({ icon, label, onClick }: { icon: IconName; label: string; onClick: () => void }) {
  return (
    <button type="button" class="tool" aria-label={label} title={label} onClick={onClick}>
      <Icon name={icon} size={18} />
    </button>
  )
}

function EmojiGrid({ onPick }: { onPick: (emoji: string) => void }) {
  return (
    <div class="emoji-grid">
      {moreEmoji.map((emoji) => (
        <button key={emoji} type="button" aria-label={emoji} onClick={() => onPick(emoji)}>
          {emoji}
        </button>
      ))}
    </div>
  )
}

type SheetNeeds = Needs & { author: string; onClose: () => void }

export function MessageSheet({ message, rights, act, author, onClose }: SheetNeeds) {
  const choices: { icon: IconName; label: string; run: () => void; shown: boolean; alert?: boolean }[] = [
    { icon: 'reply', label: 'Reply', run: () => act.reply(message), shown: rights.write },
    { icon: 'pencil', label: 'Edit', run: () => act.edit(message), shown: rights.edit },
    { icon: 'copy', label: 'Copy text', run: () => act.copy(message.body ?? ''), shown: true },
    { icon: 'trash', label: 'Delete', run: () => act.remove(message), shown: rights.remove, alert: true },
  ]
  const close = (run: () => void) => () => {
    onClose()
    run()
  }
  return (
    <Dialog title={author} onClose={onClose}>
      <p class="sheet-quote" dir="auto">
        {message.body}
      </p>
      {rights.write && <EmojiGrid onPick={(emoji) => close(() => act.react(message, emoji))()} />}
      <div class="picks">
        {choices
          .filter((choice) => choice.shown)
          .map(({ icon, label, run, alert }) => (
            <button key={label} type="button" class="pick" data-alert={alert} onClick={close(run)}>
              <Icon name={icon} />
              {label}
            </button>
          ))}
      </div>
    </Dialog>
  )
}
