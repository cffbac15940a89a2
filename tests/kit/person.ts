/** A person in front of a browser, who does with mouse and keyboard what people do. */
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import type { Browser } from './browser.ts'
import { eventually } from './eventually.ts'

export type Person = {
  name: string
  page: Page
  context: BrowserContext
  /** Which node serves them, as the badge says. */
  node(): Promise<string>
  say(text: string): Promise<void>
  /** How often a text stands in the timeline as a message that the server has. */
  sees(text: string): Promise<number>
  createRoom(title: string): Promise<void>
  joinRoom(title: string): Promise<void>
  isSignedIn(): Promise<boolean>
}

type Needs = { browser: Browser; url: string; name: string; options?: BrowserContextOptions }

/** Signs up by the form. */
export async function openPerson({ browser, url, name, options = {} }: Needs): Promise<Person> {
  const { context, page } = await browser.visitor(options)
  await page.goto(url)
  await page.getByRole('button', { name: 'Create an account' }).click()
  await page.getByLabel('Username').fill(name)
  await page.getByLabel('Name, as others see it').fill(name.replace(/^./, (letter) => letter.toUpperCase()))
  await page.getByLabel('Password').fill(`${name} and the horse`)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.locator('.workspace').waitFor()

  const dialog = () => page.getByRole('dialog')
  return {
    name,
    page,
    context,
    async node() {
      const badge = page.getByRole('button', { name: /^Served by/ }).filter({ visible: true })
      return (await badge.first().locator('.node-name').textContent()) ?? ''
    },
    async say(text) {
      await page.getByRole('textbox', { name: /^Message/ }).fill(text)
      await page.keyboard.press('Enter')
    },
    sees: (text) => page.locator('.row[data-kind="message"]', { has: page.getByText(text, { exact: true }) }).count(),
    async createRoom(title) {
      await page.getByRole('button', { name: 'Create a room' }).first().click()
      await dialog().getByLabel('Name').fill(title)
      await dialog().getByRole('button', { name: 'Create' }).click()
      await page.getByRole('heading', { name: title, level: 1 }).waitFor()
    },
    async joinRoom(title) {
      await page.getByRole('button', { name: 'Browse public rooms' }).click()
      const join = dialog().getByRole('button', { name: `Join ${title}` })
      await eventually(
        async () => {
          await dialog().getByRole('searchbox').fill(title.slice(0, -1))
          await dialog().getByRole('searchbox').fill(title)
          return join.isVisible()
        },
        { withinMs: 10_000, everyMs: 300 },
      )
      await join.click()
      await page.getByRole('heading', { name: title, level: 1 }).waitFor()
    },
    isSignedIn: async () =>
      (await page.locator('.workspace').isVisible()) && !(await page.locator('.door').isVisible()),
  }
}
