/** A whole visit without a mouse: sign up, find a room, talk, react, reply, edit, delete, switch, sign out. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { Browser } from '../kit/browser.ts'
import { hasChromium, openBrowser } from '../kit/browser.ts'
import { eventually } from '../kit/eventually.ts'
import { focusedName, tabTo } from '../kit/keyboard.ts'
import { openPerson } from '../kit/person.ts'

const stamp = Math.random().toString(36).slice(2, 8)
const [quay, dock] = [`quay-${stamp}`, `dock-${stamp}`]

describe.skipIf(!hasChromium())('by keyboard alone', () => {
  const { url } = inject('cluster')
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    browser = await openBrowser()
    const host = await openPerson({ browser, url, name: `host-${stamp}` })
    await host.createRoom(dock)
    await host.createRoom(quay)
    await host.say('Welcome to the quay')
    await host.page.locator('.row[data-kind="message"]').waitFor()
    page = (await browser.visitor()).page
    await page.goto(url)
    await page.locator('.door').waitFor()
  })
  afterAll(async () => {
    expect(browser.faults()).toEqual([])
    await browser.close()
  })

  const press = (key: string) => page.keyboard.press(key)
  const type = (text: string) => page.keyboard.type(text)
  const row = (text: string) => page.locator('.row[data-kind="message"]', { hasText: text })
  const inComposer = (title: string) => eventually(async () => (await focusedName(page)) === `Message ${title}`)

  async function join(title: string): Promise<void> {
    await press('Enter')
    await eventually(async () => (await focusedName(page)) === 'Search public rooms')
    await type(title)
    await page.getByRole('button', { name: `Join ${title}` }).waitFor()
    await tabTo(page, `Join ${title}`)
    await press('Enter')
    await inComposer(title)
  }

  test('signs up, joins, talks', async () => {
    await tabTo(page, 'Create an account')
    await press('Enter')
    await tabTo(page, 'Username', 'Shift+Tab')
    await type(`kim-${stamp}`)
    await tabTo(page, 'Name, as others see it')
    await type('Kim')
    await tabTo(page, 'Password')
    await type('kim and the horse')
    await press('Enter')
    await page.getByRole('heading', { name: 'Welcome to Parley' }).waitFor()
    await tabTo(page, 'Browse rooms')
    await join(quay)
    await type('Good to be here')
    await press('Shift+Enter')
    await type('with two lines')
    await press('Enter')
    await row('with two lines').waitFor()
  })

  test('walks the messages, reacts and replies', async () => {
    await press('Shift+F6')
    await press('ArrowUp')
    await press('ArrowUp')
    expect(await focusedName(page)).toContain('Welcome to the quay')
    await tabTo(page, 'React with ❤️')
    await press('Enter')
    await row('Welcome to the quay').locator('.reaction[aria-pressed="true"]').waitFor()
    await tabTo(page, 'Reply')
    await press('Enter')
    await inComposer(quay)
    await type('Thank you')
    await press('Enter')
    await row('Thank you').locator('.quote').waitFor()
    expect(await row('Thank you').locator('.quote').textContent()).toContain('Welcome to the quay')
  })

  test('edits the last own message with ↑, and deletes it; the focus is never lost', async () => {
    await press('ArrowUp')
    await eventually(async () => (await focusedName(page)) === 'Edit the message')
    await type(' very much')
    await press('Enter')
    await row('Thank you very much').locator('.note').waitFor()
    await inComposer(quay)
    await press('Shift+F6')
    await press('End')
    await tabTo(page, 'More actions')
    await press('Enter')
    await tabTo(page, 'Delete')
    await press('Enter')
    await page.getByRole('dialog').waitFor()
    await tabTo(page, 'Delete')
    await press('Enter')
    await row('This message was deleted').waitFor()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await eventually(async () => (await focusedName(page)).includes('deleted'))
    await press('Escape')
    await inComposer(quay)
  })

  test('switches rooms and signs out', async () => {
    await press('F6')
    await press('F6')
    await eventually(async () => (await focusedName(page)) === 'Browse public rooms')
    await join(dock)
    await press('Control+k')
    await eventually(async () => (await focusedName(page)) === 'Go to a room or a person')
    await type(quay.slice(0, -2))
    await page.getByRole('option', { name: quay }).waitFor()
    await press('Enter')
    await inComposer(quay)
    await press('F6')
    await press('F6')
    await tabTo(page, /Settings$/)
    await press('Enter')
    await page.getByRole('dialog').waitFor()
    await tabTo(page, 'Sign out')
    await press('Enter')
    await page.getByRole('heading', { name: 'Sign in to Parley' }).waitFor()
  })

  test('signs in again, and is where it was', async () => {
    await tabTo(page, 'Username')
    await type(`kim-${stamp}`)
    await tabTo(page, 'Password')
    await type('kim and the horse')
    await press('Enter')
    await page.getByRole('heading', { name: quay, level: 1 }).waitFor()
    await tabTo(page, `Message ${quay}`)
  })
})
