/** Every screen of the interface in its telling states, over the staged workspace. */
import type { Page } from 'playwright-core'
import { rooms } from '../fakes/staged-room.ts'

export type Scene = { name: string; at: string; query?: string; play?: (page: Page) => Promise<void> }

const roomAt = (room: { id: string }) => `#/r/${room.id}`
const launch = roomAt(rooms.launch)

const button = (page: Page, name: string) => page.getByRole('button', { name }).filter({ visible: true }).first()

async function troubled(page: Page): Promise<void> {
  await page.evaluate((id) => {
    const staged = window.stage.stageOf(id)
    staged.draft('Signing off now, give me five minutes', 'failed', 'forbidden')
    staged.draft('And the tag is on me', 'slow')
    staged.typing.set(['00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000003'])
    const { now } = window.stage
    window.stage.link.set({ state: 'waiting', node: 'node-2', since: now - 9_000, nextTryAt: now + 9_000 })
  }, rooms.launch.id)
  await page.getByRole('textbox').fill('I was just about to say')
  await page.getByText('Reconnecting').waitFor()
}

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

export const scenes: Scene[] = [
  { name: 'sign-in', at: '', query: '?out' },
  { name: 'sign-up', at: '', query: '?out', play: (page) => button(page, 'Create an account').click() },
  {
    name: 'sign-in-refused',
    at: '',
    query: '?out',
    async play(page) {
      await page.getByLabel('Username').fill('stranger')
      await page.getByLabel('Password').fill('not the one')
      await page.keyboard.press('Enter')
      await page.getByText('do not belong together').waitFor()
    },
  },
  { name: 'rooms', at: '#/' },
  { name: 'room', at: launch },
  { name: 'markdown', at: launch, play: formatted },
  { name: 'trouble', at: launch, play: troubled },
  {
    name: 'unread',
    at: roomAt(rooms.general),
    play: (page) => page.evaluate((id) => window.stage.stageOf(id).show({ dividerSeq: 397 }), rooms.general.id),
  },
  {
    name: 'loading',
    at: roomAt(rooms.infra),
    async play(page) {
      await page.evaluate((id) => window.stage.stageOf(id).blank(), rooms.infra.id)
      await page
        .locator('.skeletons')
        .last()
        .evaluate((one) => Promise.all(one.getAnimations().map(({ finished }) => finished)))
    },
  },
  { name: 'empty-room', at: roomAt(rooms.empty) },
  { name: 'archived-room', at: roomAt(rooms.old) },
  {
    name: 'closed-room',
    at: launch,
    play: (page) => page.evaluate((id) => window.stage.stageOf(id).show({ fault: 'not-found' }), rooms.launch.id),
  },
  {
    name: 'editing',
    at: launch,
    async play(page) {
      await page.getByRole('textbox', { name: 'Message launch' }).press('ArrowUp')
      await page.getByRole('textbox', { name: 'Edit the message' }).click() // it must be in view
    },
  },
  {
    name: 'toolbar',
    at: launch,
    async play(page) {
      const row = page.locator('.row').last()
      if (await isPhone(page)) {
        await longPress(page)
        return
      }
      await row.hover()
      await button(page, 'Add a reaction').click()
      await page.getByRole('combobox', { name: 'Search emoji' }).fill('par')
      await page.getByRole('option').first().waitFor()
    },
  },
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
    name: 'lost-link',
    at: `${launch}/5000`,
    play: (page) => page.getByText('There is no such message here.').waitFor(),
  },
  {
    name: 'delete',
    at: launch,
    async play(page) {
      const composer = page.getByRole('textbox', { name: 'Message launch' })
      await composer.fill('Something to regret')
      await button(page, 'Send').click() // on glass Enter breaks the line
      await page.locator('.row[data-kind="message"]', { hasText: 'Something to regret' }).waitFor()
      if (await isPhone(page)) await longPress(page)
      else {
        await page.locator('.row').last().hover()
        await button(page, 'More actions').click()
      }
      await button(page, 'Delete').click()
    },
  },
  { name: 'people', at: launch, play: showPeople },
  { name: 'cluster', at: launch, play: (page) => button(page, 'Served by node-2').click() },
  { name: 'settings', at: '#/', play: openSettings },
  { name: 'browse', at: '#/', play: (page) => button(page, 'Browse').click() },
  { name: 'create-room', at: '#/', play: (page) => button(page, 'Create a room').click() },
  {
    name: 'new-direct',
    at: '#/',
    async play(page) {
      await button(page, 'New direct message').click()
      await page.getByRole('dialog').getByRole('button', { name: 'Priya Raman' }).click()
    },
  },
]

const isPhone = (page: Page) => page.evaluate(() => window.matchMedia('(hover: none)').matches)

async function showPeople(page: Page): Promise<void> {
  if (!(await page.getByRole('complementary', { name: 'People' }).isVisible())) await button(page, 'People:').click()
}

async function openSettings(page: Page): Promise<void> {
  await button(page, 'Settings').click()
  await page.getByText('Safari on iPhone').waitFor()
}

/** A finger rests on the last message until its sheet is there. */
async function longPress(page: Page): Promise<void> {
  const row = page.locator('.row').last()
  await row.tap({ trial: true }) // waits until it lies still and nothing covers it
  const box = await row.boundingBox()
  const touch = await page.context().newCDPSession(page)
  const touchPoints = [{ x: (box?.x ?? 0) + 150, y: (box?.y ?? 0) + 20 }]
  await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints })
  await page.getByRole('dialog').waitFor()
  await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
}
