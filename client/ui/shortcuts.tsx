/** Every key there is, on one sheet. */
import { Dialog } from './dialog.tsx'
import { isMac } from './keys.ts'

const mod = isMac ? '⌘' : 'Ctrl'
const alt = isMac ? '⌥' : 'Alt'
const shift = isMac ? '⇧' : 'Shift'

type Line = [what: string, ...ways: string[][]]

const groups: { title: string; lines: Line[] }[] = [
  {
    title: 'Everywhere',
    lines: [
      ['Go to a room or a person', [mod, 'K']],
      ['Next or previous room', [alt, '↓'], [alt, '↑']],
      ['Next or previous unread room', [alt, shift, '↓'], [alt, shift, '↑']],
      ['Next or previous part of the window', ['F6'], [shift, 'F6']],
      ['This sheet', ['?'], [mod, '/']],
    ],
  },
  {
    title: 'Writing',
    lines: [
      ['Send', ['Enter']],
      ['New line', [shift, 'Enter']],
      ['Edit your last message', ['↑']],
      ['Cancel a reply, or go to the latest message', ['Esc']],
    ],
  },
  {
    title: 'Messages',
    lines: [
      ['Next or previous message', ['↓'], ['↑']],
      ['Oldest or newest loaded message', ['Home'], ['End']],
      ['What can be done with it', ['Tab']],
      ['Back to writing', ['Esc']],
    ],
  },
  {
    title: 'List of rooms',
    lines: [
      ['Next or previous room', ['↓'], ['↑']],
      ['Open', ['Enter']],
      ['Mute, mark unread and more', [shift, 'F10']],
      ['Back to writing', ['Esc']],
    ],
  },
]

export function Shortcuts({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose} wide={true}>
      <div class="shortcuts">
        {groups.map(({ title, lines }) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {lines.map(([what, ...ways]) => (
                <div key={what}>
                  <dt>{what}</dt>
                  <dd>
                    {ways.map((keys, index) => (
                      <span key={keys.join()}>
                        {index > 0 && <span class="shortcuts-or"> or </span>}
                        {keys.map((key) => (
                          <kbd key={key}>{key}</kbd>
                        ))}
                      </span>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
