/** Who one is, how it looks, whom one does not want to hear, and from where one is signed in. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { Browser } from '../kit/browser.ts'
import { hasChromium, openBrowser } from '../kit/browser.ts'
import { eventually } from '../kit/eventually.ts'
import type { Person } from '../kit/person.ts'
import { openPerson } from '../kit/person.ts'
import { type RoomHands, roomHands } from '../kit/room-hands.ts'

const stamp = Math.random().toString(36).slice(2, 8)
const [ada, ben] = [`ada-${stamp}`, `ben-${stamp}`]
const hall = `hall-${stamp}`

describe.skipIf(!hasChromium())('people', () => {
  const { url } = inject('cluster')
  let browser: Browser
  let one: Person
  let other: Person
  let own: RoomHands
  let theirs: RoomHands

  beforeAll(async () => {
    browser = await openBrowser()
    one = await openPerson({ browser, url, name: ada })
    other = await openPerson({ browser, url, name: ben })
    own = roomHands(one.page)
    theirs = roomHands(other.page)
    await one.createRoom(hall)
    await other.joinRoom(hall)
  })
  afterAll(async () => {
    expect(browser.faults()).toEqual([])
    await browser.close()
  })

  const settings = async (person: Person) => {
    await person.page.getByRole('button', { name: /Settings$/ }).click()
    await person.page
      .getByRole('dialog')
      .getByText(/^This device ·/)
      .waitFor()
  }
  async function knock(page: Page, password: string): Promise<void> {
    await page.getByLabel('Username').fill(ada)
    await page.getByLabel('Password').fill(password)
    await page.keyboard.press('Enter')
  }

  async function secondDevice(): Promise<Page> {
    const { page } = await browser.visitor()
    await page.goto(url)
    await knock(page, `${ada} and the horse`)
    await page.locator('.workspace').waitFor()
    return page
  }

  const root = (person: Person, name: string) => person.page.locator('html').getAttribute(name)

  /** Opens what the list of people says of somebody. */
  async function look(person: Person, name: string): Promise<void> {
    const list = person.page.getByRole('complementary', { name: 'People' })
    if (!(await list.isVisible())) await person.page.getByRole('button', { name: /^People:/ }).click()
    await list.getByRole('button', { name }).click()
    await person.page.getByRole('dialog', { name }).waitFor()
  }

  test('a new name and a status reach everybody, and stay', async () => {
    await one.say('Who wrote this?')
    await settings(one)
    await own.dialog.getByLabel('Name, as others see it').fill('Countess Ada')
    await own.dialog.getByLabel('Status').fill('On the ferry until four')
    await own.answer('Save')
    await other.page.locator('.row', { hasText: 'Who wrote this?' }).getByText('Countess Ada').waitFor()
    await look(other, 'Countess Ada')
    await theirs.dialog.getByText('On the ferry until four').waitFor()
    await theirs.dialog.getByText('here now').waitFor()
    await theirs.close()
    await one.page.reload()
    await one.page.locator('.me').getByText('On the ferry until four').waitFor()
  })

  test('colours and density are kept on the device', async () => {
    await settings(one)
    await own.dialog.getByText('Dark', { exact: true }).click()
    await own.dialog.getByText('Compact', { exact: true }).click()
    const ground = () => one.page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    const dark = await ground()
    await one.page.reload()
    await one.page.locator('.workspace').waitFor()
    expect([await root(one, 'data-theme'), await root(one, 'data-density')]).toEqual(['dark', 'compact'])
    expect(await ground()).toBe(dark)
    await settings(one)
    await own.dialog.getByText('Light', { exact: true }).click()
    await eventually(async () => (await ground()) !== dark)
    await own.close()
  })

  test('notifications are off until they are wished for, on this device alone', async () => {
    await one.context.grantPermissions(['notifications'], { origin: url })
    await one.page.reload()
    const wish = own.dialog.getByRole('switch', { name: 'Notify me on this device' })
    await settings(one)
    expect(await wish.isChecked()).toBe(false)
    await wish.check()
    await one.page.reload()
    await settings(one)
    expect(await wish.isChecked()).toBe(true)
    await own.close()
  })

  test('who is blocked is folded away and cannot write to one, until one thinks better of it', async () => {
    await other.say('A word you may not like')
    await one.page.locator('.row', { hasText: 'A word you may not like' }).waitFor()
    await look(one, 'Ben')
    await own.answer('Block')
    await own.close()
    await one.page.getByText('A message by somebody you block').waitFor()
    expect(await one.page.getByText('A word you may not like').count()).toBe(0)
    await other.page.getByRole('button', { name: 'New direct message' }).first().click()
    await theirs.pick(ada)
    await theirs.answer('Start talking')
    await theirs.dialog.getByRole('alert').waitFor()
    await theirs.close()
    await look(one, 'Ben')
    await own.answer('Unblock')
    await own.close()
    await one.page.getByText('A word you may not like').waitFor()
  })

  test('[S2] another device is seen in the list, and signed out from here at once', async () => {
    const page = await secondDevice()
    await settings(one)
    const devices = own.dialog.getByRole('listitem').filter({ hasText: 'signed in' })
    await eventually(async () => (await devices.count()) === 2)
    await devices.getByRole('button', { name: /^Sign out/ }).click()
    await page.getByText('You were signed out from another device.').waitFor()
    await eventually(async () => (await devices.count()) === 1)
    expect(await one.isSignedIn()).toBe(true)
    await own.close()
    await page.context().close()
  })

  test('[S2] a new password signs the other devices out, and alone opens the door', async () => {
    const page = await secondDevice()
    await settings(one)
    const form = own.dialog.locator('form', { hasText: 'Change password' })
    await form.getByLabel('Current').fill('not the one')
    await form.getByLabel('New').fill('a whole new horse')
    await own.answer('Change password')
    await form.getByText('The current password is another one.').waitFor()
    await form.getByLabel('Current').fill(`${ada} and the horse`)
    await own.answer('Change password')
    await form.getByText('Changed. Your other devices were signed out.').waitFor()
    await page.getByText('Your password was changed. Sign in with the new one.').waitFor()
    await knock(page, `${ada} and the horse`)
    await page.getByText('do not belong together').waitFor()
    await knock(page, 'a whole new horse')
    await page.locator('.workspace').waitFor()
    expect(await one.isSignedIn()).toBe(true)
    await page.context().close()
  })
})
