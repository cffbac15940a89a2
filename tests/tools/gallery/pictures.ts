/** Which pictures there are: where somebody looks, on what, in which light. */
import type { Page } from 'playwright-core'
import { narrow, wide } from '../../kit/launch.ts'

export type Picture = {
  name: string
  viewport: { width: number; height: number }
  colorScheme: 'light' | 'dark'
  /** The title of the room that is open. */
  room: string
  play?: (page: Page) => Promise<void>
}

const button = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name }).filter({ visible: true }).first()

export const pictures: readonly Picture[] = [
  { name: 'room-light', viewport: wide, colorScheme: 'light', room: 'firmware' },
  { name: 'room-dark', viewport: wide, colorScheme: 'dark', room: 'field' },
  {
    name: 'cluster',
    viewport: wide,
    colorScheme: 'dark',
    room: 'data',
    async play(page) {
      await button(page, /^Served by/).click()
      await page.getByText('node-3', { exact: true }).first().waitFor()
      await page.locator('.plot-line').first().waitFor({ state: 'attached' }) // two looks make a line, however flat
    },
  },
  {
    name: 'switcher',
    viewport: wide,
    colorScheme: 'light',
    room: 'general',
    async play(page) {
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox', { name: 'Go to a room or a person' }).fill('fi')
      await page.getByRole('option').first().waitFor()
    },
  },
  { name: 'phone-light', viewport: narrow, colorScheme: 'light', room: 'general' },
  { name: 'phone-dark', viewport: narrow, colorScheme: 'dark', room: 'data' },
]
