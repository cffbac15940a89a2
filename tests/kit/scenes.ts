/** Every screen of the interface in its telling states, over the staged workspace. */
import type { Page } from 'playwright-core'
import { rooms } from '../fakes/staged-room.ts'
import { messageScenes } from './message-scenes.ts'
import { roomScenes } from './room-scenes.ts'
import type { Scene } from './scene.ts'
import { button, isPhone, longPress, roomAt } from './scene.ts'

const launch = roomAt(rooms.launch)

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
  ...messageScenes,
  ...roomScenes,
  { name: 'people', at: launch, play: showPeople },
  { name: 'cluster', at: launch, play: (page) => button(page, 'Served by node-2').click() },
  {
    name: 'cluster-admin',
    at: launch,
    query: '?admin',
    async play(page) {
      await button(page, 'Served by node-2').click()
      await page.locator('.plot-line').first().waitFor() // two looks make a line
    },
  },
  {
    name: 'order',
    at: launch,
    query: '?admin',
    async play(page) {
      await button(page, 'Served by node-2').click()
      await button(page, 'Orders for node-3').click()
      await page.getByText('as in a crash').waitFor()
    },
  },
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

async function showPeople(page: Page): Promise<void> {
  if (!(await page.getByRole('complementary', { name: 'People' }).isVisible())) await button(page, 'People:').click()
}

async function openSettings(page: Page): Promise<void> {
  await button(page, 'Settings').click()
  await page.getByText('Safari on iPhone').waitFor()
}
