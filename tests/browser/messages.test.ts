/** What people do with messages, through nginx on three nodes: said by one, seen by the other, whoever serves them. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { Browser } from '../kit/browser.ts'
import { hasChromium, openBrowser } from '../kit/browser.ts'
import { eventually } from '../kit/eventually.ts'
import type { Person } from '../kit/person.ts'
import { openPerson } from '../kit/person.ts'

const stamp = Math.random().toString(36).slice(2, 8)
const [ada, ben] = [`ada-${stamp}`, `ben-${stamp}`]

describe.skipIf(!hasChromium())('messages', () => {
  const { url } = inject('cluster')
  let browser: Browser
  let writer: Person
  let reader: Person

  beforeAll(async () => {
    browser = await openBrowser()
    writer = await openPerson({ browser, url, name: ada })
    reader = await openPerson({ browser, url, name: ben })
    await writer.createRoom(`desk-${stamp}`)
    await reader.joinRoom(`desk-${stamp}`)
  })
  afterAll(async () => {
    expect(browser.faults()).toEqual([])
    await browser.close()
  })

  const composer = (page: Page) => page.getByRole('textbox', { name: /^Message/ })
  /** By the words of its body, for an answer has those of what it quotes. */
  const row = (page: Page, text: string) =>
    page.locator('.row[data-kind="message"]', { has: page.locator('.body', { hasText: text }) }).last()

  async function act(page: Page, text: string, name: string): Promise<void> {
    await row(page, text).hover()
    await row(page, text).getByRole('button', { name, exact: true }).click()
  }

  async function choose(page: Page, text: string, name: string): Promise<void> {
    await act(page, text, 'More actions')
    await page.getByRole('dialog', { name: 'More actions' }).getByRole('button', { name, exact: true }).click()
  }

  test('[X4] Markdown arrives as elements, HTML as the text that it is', async () => {
    await writer.say('**bold** and `code` with <img src=x onerror="document.title=1"> and [a link](https://a.example/)')
    const shown = row(reader.page, 'bold and')
    await shown.locator('strong', { hasText: 'bold' }).waitFor()
    expect(await shown.locator('code').textContent()).toBe('code')
    expect(await shown.locator('.body img').count()).toBe(0)
    const link = shown.getByRole('link', { name: 'a link' })
    expect(await link.getAttribute('href')).toBe('https://a.example/')
    expect(await link.getAttribute('rel')).toContain('noopener')
    await composer(writer.page).fill('```ts\nconst answer = 42\n```')
    await composer(writer.page).press('Enter')
    await row(reader.page, 'const answer').locator('.hljs-keyword').waitFor()
  })

  test('a name is completed by keyboard alone, and who is meant sees it stand out', async () => {
    await composer(reader.page).pressSequentially(`Look, @${ada.slice(0, 6)}`)
    const option = reader.page.getByRole('option', { name: new RegExp(ada) })
    await option.waitFor()
    expect(await option.getAttribute('aria-selected')).toBe('true')
    expect(await composer(reader.page).getAttribute('aria-activedescendant')).toBe(await option.getAttribute('id'))
    await reader.page.keyboard.press('Enter')
    expect(await composer(reader.page).inputValue()).toBe(`Look, @${ada} `)
    expect(await reader.page.getByRole('listbox').count()).toBe(0)
    await reader.page.keyboard.press('Enter')
    await row(writer.page, 'Look,').locator('.mention[data-own="true"]').waitFor()
    expect(await row(reader.page, 'Look,').locator('.mention[data-own="true"]').count()).toBe(0)
  })

  test('Esc shuts the list and no more; an emoji is named, or closed by its second colon', async () => {
    await composer(reader.page).pressSequentially('Hurray :tad')
    await reader.page.getByRole('option').first().waitFor()
    await reader.page.keyboard.press('Escape')
    expect(await reader.page.getByRole('option').count()).toBe(0)
    expect(await composer(reader.page).inputValue()).toBe('Hurray :tad')
    await composer(reader.page).pressSequentially('a:')
    expect(await composer(reader.page).inputValue()).toBe('Hurray 🎉 ')
    await composer(reader.page).pressSequentially(':rocke')
    await reader.page.getByRole('option').first().waitFor()
    await reader.page.keyboard.press('Tab')
    await reader.page.keyboard.press('Enter')
    await row(writer.page, 'Hurray 🎉 🚀').waitFor()
  })

  test('any emoji can be a reaction, found by its name', async () => {
    await act(writer.page, 'Hurray', 'Add a reaction')
    const search = writer.page.getByRole('combobox', { name: 'Search emoji' })
    await search.fill('partying')
    await writer.page.getByRole('option').first().waitFor()
    await search.press('Enter')
    await row(reader.page, 'Hurray').locator('.reaction', { hasText: '🥳' }).waitFor()
  })

  test('an answer quotes what it answers, and leads there', async () => {
    await act(reader.page, 'bold and', 'Reply')
    await reader.say('Agreed')
    const quote = row(writer.page, 'Agreed').locator('.quote')
    await quote.waitFor()
    expect(await quote.textContent()).toContain('bold')
    await quote.click()
    await eventually(() => row(writer.page, 'bold and').evaluate((one) => one === document.activeElement))
  })

  test('what is pinned is marked for everybody, stands in the head, and is found from there', async () => {
    await choose(writer.page, 'bold and', 'Pin')
    await row(reader.page, 'bold and').locator('.pinned', { hasText: 'Pinned by Ada' }).waitFor()
    await reader.page.getByRole('button', { name: 'Pinned messages' }).click()
    const pins = reader.page.getByRole('dialog', { name: 'Pinned messages' })
    await pins.locator('strong', { hasText: 'bold' }).waitFor()
    await pins.getByRole('button', { name: 'Go to message' }).click()
    await eventually(() => row(reader.page, 'bold and').evaluate((one) => one === document.activeElement))
    await choose(reader.page, 'bold and', 'Unpin')
    await eventually(async () => (await writer.page.locator('.pinned').count()) === 0)
  })

  test('a link to a message leads whoever opens it there; one to no message says so', async () => {
    const seq = await row(writer.page, 'Look,').getAttribute('data-seq')
    const { page } = await browser.visitor({ storageState: await reader.context.storageState() })
    await page.goto(`${url}/${new URL(writer.page.url()).hash}/${seq}`)
    await eventually(() => row(page, 'Look,').evaluate((one) => one === document.activeElement))
    await page.goto(`${url}/${new URL(writer.page.url()).hash}/100000`)
    await page.getByText('There is no such message here.').waitFor()
    await page.context().close()
  })

  test('the words of a message, or the link to it, are copied', async () => {
    await writer.context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: url })
    const copied = () => writer.page.evaluate(() => navigator.clipboard.readText())
    await choose(writer.page, 'Look,', 'Copy text')
    await eventually(async () => (await copied()) === `Look, @${ada}`)
    await choose(writer.page, 'Look,', 'Copy link')
    const seq = await row(writer.page, 'Look,').getAttribute('data-seq')
    await eventually(async () => (await copied()) === `${url}/${new URL(writer.page.url()).hash}/${seq}`)
  })

  test('who has read is shown under the last own message', async () => {
    await writer.say('Has anybody read this?')
    await reader.page.bringToFront()
    await row(reader.page, 'Has anybody read').waitFor()
    await row(writer.page, 'Has anybody read').getByText('Read by Ben').waitFor({ state: 'attached', timeout: 8_000 })
  })

  test('a message is marked unread from here on', async () => {
    await writer.say('Later, perhaps')
    await row(reader.page, 'Later, perhaps').waitFor()
    await choose(reader.page, 'Has anybody read', 'Mark unread from here')
    await row(reader.page, 'Has anybody read').locator('.unread-line').waitFor()
    await eventually(async () => (await reader.page.title()).startsWith('(2)'))
  })

  test('two edits of one message: both are shown, and the person decides', async () => {
    await writer.say('The first words')
    await row(writer.page, 'The first words').waitFor()
    const { page } = await browser.visitor({ storageState: await writer.context.storageState() })
    await page.goto(writer.page.url())
    await row(page, 'The first words').waitFor()
    const edit = (where: Page) => where.getByRole('textbox', { name: 'Edit the message' })
    await composer(page).press('ArrowUp')
    await edit(page).fill('Words from the phone')
    await composer(writer.page).press('ArrowUp')
    await edit(writer.page).fill('Words from the desk')
    await edit(writer.page).press('Enter')
    await page.getByText('It now says').waitFor()
    expect(await page.locator('.edit-theirs blockquote').textContent()).toBe('Words from the desk')
    expect(await edit(page).inputValue()).toBe('Words from the phone')
    await page.getByRole('button', { name: 'Replace it with mine' }).click()
    await row(reader.page, 'Words from the phone').waitFor()
    await page.context().close()
  })
})
