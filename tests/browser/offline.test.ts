/** With no network at all: the page opens, what was seen is there, what is written waits, and nothing stays for the next person. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { Browser } from '../kit/browser.ts'
import { hasChromium, openBrowser } from '../kit/browser.ts'
import { eventually } from '../kit/eventually.ts'
import type { Person } from '../kit/person.ts'
import { openPerson } from '../kit/person.ts'
import { roomHands } from '../kit/room-hands.ts'

const stamp = Math.random().toString(36).slice(2, 8)
const wave = /Wave \d(?:, smaller)?/
const ferry = `ferry-${stamp}`

describe.skipIf(!hasChromium())('without a network', () => {
  const { url } = inject('cluster')
  let browser: Browser
  let traveller: Person
  let friend: Person

  beforeAll(async () => {
    browser = await openBrowser()
    traveller = await openPerson({ browser, url, name: `ada-${stamp}` })
    friend = await openPerson({ browser, url, name: `ben-${stamp}` })
    await traveller.createRoom(ferry)
    await friend.joinRoom(ferry)
    await friend.say('Mind the gap')
    await eventually(async () => (await traveller.sees('Mind the gap')) === 1)
    await traveller.page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state)
  })
  afterAll(async () => {
    expect(browser.faults()).toEqual([])
    await browser.close()
  })

  const composer = (page: Page) => page.getByRole('textbox', { name: /^Message/ })
  const drafts = (page: Page) => page.locator('.row[data-kind="draft"]')
  const words = async (page: Page) =>
    (await page.locator('.row', { hasText: wave }).allInnerTexts()).map((text) => wave.exec(text)?.[0])

  test('a reload shows the room, what waits and what was half typed; all of it can still be changed', async () => {
    const { page, context } = traveller
    await context.setOffline(true)
    await traveller.say('Wave 1')
    await traveller.say('Wave 2')
    await eventually(async () => (await drafts(page).count()) === 2)
    await composer(page).fill('Half a thou')
    await page.reload()
    await page.getByRole('heading', { name: ferry, level: 1 }).waitFor()
    await page.getByText('Mind the gap').waitFor()
    await eventually(async () => (await drafts(page).count()) === 2)
    expect(await composer(page).inputValue()).toBe('Half a thou')
    const second = drafts(page).nth(1)
    await second.getByRole('button', { name: 'Edit', exact: true }).click()
    await page.getByRole('textbox', { name: 'Change the message' }).fill('Wave 2, smaller')
    await page.keyboard.press('Enter')
    await eventually(async () => (await words(page)).join() === 'Wave 1,Wave 2, smaller')
  })

  test('what a closed tab left unsent another one takes over; back on the net all of it is sent once, in order', async () => {
    const tab = await traveller.context.newPage()
    await tab.goto(traveller.page.url())
    await tab.getByText('Mind the gap').waitFor()
    await composer(tab).fill('Wave 3')
    await composer(tab).press('Enter')
    await eventually(async () => (await drafts(tab).count()) === 1)
    await tab.close()
    await traveller.context.setOffline(false)
    await eventually(async () => (await words(friend.page)).length === 3, { withinMs: 20_000 })
    expect(await words(friend.page)).toEqual(['Wave 1', 'Wave 2, smaller', 'Wave 3'])
    await eventually(async () => (await drafts(traveller.page).count()) === 0)
  })

  test('[S9] signing out leaves nothing of it on the disk', async () => {
    const { page } = traveller
    const kept = () =>
      page.evaluate(async () => {
        const open = indexedDB.open('parley')
        const disk = await new Promise<IDBDatabase>((resolve) => {
          open.onsuccess = () => resolve(open.result)
        })
        const rows: unknown[] = []
        for (const name of disk.objectStoreNames) {
          const all = disk.transaction(name).objectStore(name).getAll()
          await new Promise((resolve) => {
            all.onsuccess = resolve
          })
          rows.push(...all.result)
        }
        disk.close()
        return JSON.stringify(rows)
      })
    await composer(page).fill('Half a thought, again')
    await eventually(async () =>
      /Mind the gap.*Half a thought, again|Half a thought, again.*Mind the gap/su.test(await kept()),
    )
    await page.getByRole('button', { name: /Settings$/ }).click()
    await roomHands(page).answer('Sign out')
    await page.getByRole('heading', { name: 'Sign in to Parley' }).waitFor()
    await eventually(async () => !/Mind the gap|Half a thought|Wave/u.test(await kept()))
  })
})
