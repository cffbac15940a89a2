/** One screen in a telling state, and the hands that bring it there. */
import type { Page } from 'playwright-core'

export type Scene = { name: string; at: string; query?: string; play?: (page: Page) => Promise<void> }

export const roomAt = (room: { id: string }) => `#/r/${room.id}`

export const button = (page: Page, name: string) => page.getByRole('button', { name }).filter({ visible: true }).first()

export const isPhone = (page: Page) => page.evaluate(() => window.matchMedia('(hover: none)').matches)

/** A finger rests on the last message until its sheet is there. */
export async function longPress(page: Page): Promise<void> {
  const row = page.locator('.row').last()
  await row.tap({ trial: true }) // waits until it lies still and nothing covers it
  const box = await row.boundingBox()
  const touch = await page.context().newCDPSession(page)
  const touchPoints = [{ x: (box?.x ?? 0) + 150, y: (box?.y ?? 0) + 20 }]
  await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints })
  await page.getByRole('dialog').waitFor()
  await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
}
