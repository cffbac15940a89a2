/** What can be done with a message, for mouse and keyboard: a toolbar at its corner. */

import { useState } from 'preact/hooks'
import type { Message } from '#protocol/wire.ts'
import { Icon } from './icon.tsx'
import { LaterEmojiPicker } from './later-emoji-picker.tsx'
import { choicesOf, firstChoicesOf } from './message-choices.ts'
import { Popover } from './popover.tsx'
import type { Rights, RoomActions } from './room-actions.ts'
import { quickEmoji } from './room-actions.ts'

type Needs = { message: Message; rights: Rights; act: RoomActions }

type Opened = { what: 'emoji' | 'menu'; by: Element }

export function MessageToolbar(needs: Needs) {
  const { message, rights, act } = needs
  const [opened, setOpened] = useState<Opened | null>(null)
  const open = (what: Opened['what']) => (event: { currentTarget: Element }) =>
    setOpened({ what, by: event.currentTarget })
  const close = () => setOpened(null)
  const react = (emoji: string) => {
    close()
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
            title="Add a reaction"
            aria-haspopup="dialog"
            aria-expanded={opened?.what === 'emoji'}
            onClick={open('emoji')}
          >
            <Icon name="smile" size={18} />
          </button>
        </>
      )}
      {firstChoicesOf(needs).map(({ icon, label, run }) => (
        <button key={label} type="button" class="tool" aria-label={label} title={label} onClick={run}>
          <Icon name={icon} size={18} />
        </button>
      ))}
      <button
        type="button"
        class="tool"
        aria-label="More actions"
        title="More actions"
        aria-haspopup="dialog"
        aria-expanded={opened?.what === 'menu'}
        onClick={open('menu')}
      >
        <Icon name="more" size={18} />
      </button>
      {opened?.what === 'emoji' && (
        <Popover anchor={opened.by} label="Pick a reaction" onClose={close}>
          <LaterEmojiPicker onPick={react} />
        </Popover>
      )}
      {opened?.what === 'menu' && (
        <Popover anchor={opened.by} label="More actions" onClose={close}>
          <div class="picks">
            {choicesOf(needs).map(({ icon, label, isAlert, run }) => (
              <button
                key={label}
                type="button"
                class="pick"
                data-alert={isAlert}
                onClick={() => {
                  close()
                  run()
                }}
              >
                <Icon name={icon} size={18} />
                {label}
              </button>
            ))}
          </div>
        </Popover>
      )}
    </div>
  )
}
