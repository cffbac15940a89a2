/** What a message and the composer look like in their telling states. */
import type { Page } from 'playwright-core'
import { rooms } from '../fakes/staged-room.ts'
import type { Scene } from './scene.ts'
import { button, isPhone, longPress, roomAt } from './scene.ts'

const launch = roomAt(rooms.launch)

const formattedText = `## Rolling out 1.0

Two things **before** we tag it, and _one_ after:

1. Pull the *old* nodes, ~~all at once~~ one by one
2. Watch \`commit_ms\` until it is calm
   - p99 under **50 ms**
   - see the [runbook](https://wiki.example/launch)

> nothing is lost as long as the position only moves when the rows are on disk
> — the design, section 3

\`\`\`ts
/** Resolves when the message is durable, never before. */
async function send(draft: Draft): Promise<Sent> {
  if (waiting.length >= 512) throw new Refusal('overloaded')
  return lanes.append(draft) // "one call"
}
\`\`\`

| node | sockets | p99 |
|---|--:|--:|
| node-1 | 348 | 41 ms |
| node-2 | 402 | 48 ms |

- [x] chaos run
- [ ] @mira signs off`

async function formatted(page: Page): Promise<void> {
  await page.evaluate(({ id, text }) => window.stage.stageOf(id).add('00000000-0000-7000-8000-000000000003', text), {
    id: rooms.launch.id,
    text: formattedText,
  })
  await page.locator('.hljs-keyword').first().waitFor()
}

export const messageScenes: Scene[] = [
  { name: 'markdown', at: launch, play: formatted },
  {
    name: 'message-menu',
    at: launch,
    async play(page) {
      if (await isPhone(page)) {
        await longPress(page)
        await button(page, 'More emoji').click()
        await page.getByRole('option').first().waitFor()
        return
      }
      await page.locator('.row').nth(-2).hover()
      await button(page, 'More actions').click()
    },
  },
  {
    name: 'mentioning',
    at: launch,
    async play(page) {
      await page.getByRole('textbox', { name: 'Message launch' }).pressSequentially('Ask @')
      await page.getByRole('option').first().waitFor()
    },
  },
  {
    name: 'naming-emoji',
    at: launch,
    async play(page) {
      await page.getByRole('textbox', { name: 'Message launch' }).pressSequentially('Ship it :par')
      await page.getByRole('option').first().waitFor()
    },
  },
  {
    name: 'emoji',
    at: launch,
    async play(page) {
      if (await isPhone(page)) return
      await button(page, 'Emoji').click()
      await page.getByRole('option').first().waitFor()
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('ArrowDown')
    },
  },
  {
    name: 'pins',
    at: launch,
    async play(page) {
      await page.evaluate((id) => {
        const staged = window.stage.stageOf(id)
        void staged.handle.pin(10, true)
        void staged.handle.pin(15, true)
      }, rooms.launch.id)
      await button(page, 'Pinned messages').click()
      await page.getByText('Go to message').first().waitFor()
    },
  },
  {
    name: 'read-by',
    at: launch,
    async play(page) {
      await page.evaluate((id) => {
        const staged = window.stage.stageOf(id)
        staged.add(window.stage.me.id, 'I am on it. Give me until half past three.')
        staged.readUpTo(['jonas', 'elif', 'priya'])
        void staged.handle.pin(15, true)
      }, rooms.launch.id)
      await page.locator('.read-by').waitFor()
    },
  },
  {
    name: 'edit-conflict',
    at: launch,
    async play(page) {
      await page.evaluate(
        (id) => window.stage.stageOf(id).add(window.stage.me.id, 'Signing off at four.'),
        rooms.launch.id,
      )
      await page.getByRole('textbox', { name: 'Message launch' }).press('ArrowUp')
      await page.getByRole('textbox', { name: 'Edit the message' }).fill('Signing off at half past four.')
      await page.evaluate(
        (id) => window.stage.stageOf(id).change(19, { body: 'Signing off at five.', rev: 40 }),
        rooms.launch.id,
      )
      await page.getByText('It now says').waitFor()
    },
  },
  {
    name: 'blocked',
    at: launch,
    async play(page) {
      await page.evaluate((id) => window.stage.engine.block(id, true), '00000000-0000-7000-8000-000000000008')
      await page.getByText('by somebody you block').first().waitFor()
    },
  },
  {
    name: 'rewriting',
    at: launch,
    async play(page) {
      await page.evaluate(
        (id) => window.stage.stageOf(id).draft('Signing off now, give me five', 'failed', 'too-large'),
        rooms.launch.id,
      )
      await button(page, 'Edit').click()
      await page.getByRole('textbox', { name: 'Change the message' }).fill('Signing off in five')
    },
  },
  {
    name: 'lost-link',
    at: `${launch}/5000`,
    play: (page) => page.getByText('There is no such message here.').waitFor(),
  },
]
