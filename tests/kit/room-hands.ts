/** What people do with rooms, by the list on the left and the dialogs. */
import type { Page } from 'playwright-core'

export type RoomHands = ReturnType<typeof roomHands>

export function roomHands(page: Page) {
  const list = page.getByRole('navigation', { name: 'Rooms' })
  const dialog = page.getByRole('dialog')
  const line = (title: string) => list.locator('.room-line', { hasText: title })

  return {
    list,
    dialog,
    line,
    section: (name: string) =>
      list.locator('.rooms-section', { has: page.getByRole('heading', { name, exact: true }) }),

    /** The number at a room, or none. */
    badge: (title: string) => line(title).locator('.badge'),

    async open(title: string): Promise<void> {
      await line(title).locator('.room-item').click()
      await page.getByRole('heading', { name: title, level: 1 }).waitFor()
    },

    /** Chooses from the menu of a right click on the room's line. */
    async choose(title: string, item: string): Promise<void> {
      await line(title).locator('.room-item').click({ button: 'right' })
      await page.getByRole('menu').getByRole('menuitem', { name: item, exact: true }).click()
    },

    /** By the title above the timeline. */
    async details(title: string): Promise<void> {
      await page.getByRole('heading', { name: title, level: 1 }).getByRole('button').click()
      await dialog.getByRole('list', { name: 'Members' }).waitFor()
    },

    /** Finds people by their username and takes them, in a dialog that asks for some. */
    async pick(...names: string[]): Promise<void> {
      for (const name of names) {
        await dialog.getByRole('searchbox', { name: 'Search people' }).fill(name)
        await dialog.getByRole('list', { name: 'People found' }).getByRole('button', { name }).click()
      }
    },

    /** Presses a button of the dialog that is open; of one in front of another, by its title. */
    answer: (name: string, title?: string | RegExp) =>
      page
        .getByRole('dialog', title === undefined ? {} : { name: title })
        .getByRole('button', { name, exact: true })
        .click(),
    close: () => dialog.last().getByRole('button', { name: 'Close' }).click(),
  }
}
