/** The ways to rooms and people: switcher, menu, details, profile, and the sheet of keys. */
import type { Page } from 'playwright-core'
import { rooms } from '../fakes/staged-room.ts'
import type { Scene } from './scene.ts'
import { button, roomAt } from './scene.ts'

const launch = roomAt(rooms.launch)

const switchTo = async (page: Page, typed: string) => {
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Go to a room or a person' }).fill(typed)
}

async function details(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).getByRole('button').click()
  await page.getByRole('dialog').getByRole('list', { name: 'Members' }).waitFor()
}

export const roomScenes: Scene[] = [
  { name: 'switcher', at: launch, play: (page) => switchTo(page, '') },
  { name: 'switcher-typed', at: launch, play: (page) => switchTo(page, 'la') },
  { name: 'switcher-nothing', at: launch, play: (page) => switchTo(page, 'zzzz') },
  {
    name: 'shortcuts',
    at: '#/',
    async play(page) {
      await page.keyboard.press('Control+/')
      await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    },
  },
  {
    name: 'room-menu',
    at: '#/',
    async play(page) {
      await page.locator('.room-item', { hasText: 'lunch' }).first().focus()
      await page.keyboard.press('Shift+F10')
      await page.getByRole('menuitem', { name: 'Leave' }).waitFor()
    },
  },
  { name: 'room-details', at: launch, play: details },
  {
    name: 'renaming',
    at: launch,
    async play(page) {
      await details(page)
      await page.getByRole('dialog').getByRole('button', { name: 'Edit', exact: true }).click()
    },
  },
  {
    name: 'leaving',
    at: launch,
    async play(page) {
      await details(page)
      await page.getByRole('dialog').getByRole('button', { name: 'Leave', exact: true }).click()
      await page.getByRole('dialog', { name: 'Leave launch?' }).waitFor()
    },
  },
  {
    name: 'profile',
    at: launch,
    async play(page) {
      await details(page)
      await page.getByRole('list', { name: 'Members' }).getByRole('button', { name: 'Priya Raman' }).first().click()
      await page.getByRole('dialog', { name: 'Priya Raman' }).waitFor()
    },
  },
  {
    name: 'outbox',
    at: launch,
    async play(page) {
      await button(page, 'Back to the rooms')
        .click({ timeout: 500 })
        .catch(() => {})
      await button(page, 'Settings').click()
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /Waiting|wait/ })
        .click()
      await page.getByRole('dialog', { name: 'Waiting to be sent' }).waitFor()
    },
  },
]
