/** A node dies under whoever is in the middle of something: sending, typing, scrolling back, editing, signing in. Nothing is lost. */
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest'
import type { Browser } from '../kit/browser.ts'
import { hasChromium, openBrowser } from '../kit/browser.ts'
import { clusterControl } from '../kit/cluster-control.ts'
import { eventually } from '../kit/eventually.ts'
import type { Person } from '../kit/person.ts'
import { openPerson } from '../kit/person.ts'
import { roomHands } from '../kit/room-hands.ts'

const stamp = Math.random().toString(36).slice(2, 8)
const many = 170

describe.skipIf(!hasChromium())('a node dies in the middle of', () => {
  const { url } = inject('cluster')
  let browser: Browser
  let writer: Person
  let reader: Person

  beforeAll(async () => {
    browser = await openBrowser()
    writer = await openPerson({ browser, url, name: `ada-${stamp}` })
    reader = await openPerson({ browser, url, name: `ben-${stamp}` })
    await writer.createRoom(`storm-${stamp}`)
    await reader.joinRoom(`storm-${stamp}`)
  })
  afterEach(() => clusterControl().heal())
  afterAll(async () => {
    expect(browser.faults()).toEqual([])
    await browser.close()
  })

  const composer = (page: Page) => page.getByRole('textbox', { name: /^Message/ })
  const row = (page: Page, text: string) => page.locator('.row[data-kind="message"]', { hasText: text }).last()

  async function killNodeOf(person: Person): Promise<string> {
    const node = await person.node()
    await clusterControl().node('kill', Number(node.replace(/\D/gu, '')))
    return node
  }

  test('sending: every message arrives once, in order', async () => {
    const words = Array.from({ length: 12 }, (_, index) => `Word ${index + 1}!`)
    for (const [index, word] of words.entries()) {
      await writer.say(word)
      if (index === 4) await killNodeOf(writer)
    }
    await eventually(async () => (await reader.sees('Word 12!')) === 1, { withinMs: 15_000 })
    const told = await reader.page.locator('.row', { hasText: /Word \d+!/ }).allInnerTexts()
    expect(told.map((text) => /Word \d+!/.exec(text)?.[0])).toEqual(words)
    await eventually(async () => (await writer.page.locator('.row[data-kind="draft"]').count()) === 0)
  })

  test('typing: the draft stays, also over a reload, and is sent once', async () => {
    await composer(writer.page).pressSequentially('Half a', { delay: 10 })
    const node = await killNodeOf(writer)
    await composer(writer.page).pressSequentially(' thought', { delay: 10 })
    await eventually(async () => (await writer.node()) !== node, { withinMs: 10_000 })
    expect(await composer(writer.page).inputValue()).toBe('Half a thought')
    await eventually(async () => {
      await writer.page.reload()
      return (await composer(writer.page).inputValue()) === 'Half a thought'
    })
    await composer(writer.page).press('Enter')
    await eventually(async () => (await reader.sees('Half a thought')) === 1)
  })

  test('editing: the text stays, and is saved once', async () => {
    await composer(writer.page).press('ArrowUp')
    const field = writer.page.getByRole('textbox', { name: 'Edit the message' })
    await field.press('End')
    await field.pressSequentially(', and', { delay: 10 })
    await killNodeOf(writer)
    await field.pressSequentially(' a whole one', { delay: 10 })
    await field.press('Enter')
    await eventually(async () => (await row(reader.page, 'Half a thought, and a whole one').count()) === 1, {
      withinMs: 15_000,
    })
    expect(await row(reader.page, 'Half a thought, and a whole one').locator('.note').textContent()).toBe('edited')
    expect(await writer.isSignedIn()).toBe(true)
  })

  test('signing in: whichever node dies, the door opens, and stays open', async () => {
    const { page } = await browser.visitor()
    await page.goto(url)
    await page.getByLabel('Username').fill(`ada-${stamp}`)
    await page.getByLabel('Password').fill(`ada-${stamp} and the horse`)
    const asked = page.waitForRequest(
      (request) => request.method() === 'POST' && request.url().endsWith('/api/session'),
    )
    await page.keyboard.press('Enter')
    await asked
    // which node weighs the password is not known from here: two of three die while one does
    await Promise.all([1, 2].map((node) => clusterControl().node('kill', node)))
    await page.locator('.workspace').waitFor({ timeout: 20_000 })
    expect(await page.getByRole('alert').count()).toBe(0)
    await roomHands(page).open(`storm-${stamp}`)
    await row(page, 'Half a thought, and a whole one').waitFor()
    await page.context().close()
  })

  test('scrolling back: the past goes on without a hole, down to the first message', async () => {
    const roomId = new URL(writer.page.url()).hash.split('/')[2]
    const head = await writer.page.evaluate(
      async ({ path, count }) => {
        let seq = 0
        for (let index = 0; index < count; index += 1) {
          const answer = await fetch(path, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ body: `Line ${index + 1}.` }),
          })
          seq = (await answer.json()).message.seq
        }
        return seq
      },
      { path: `/api/rooms/${roomId}/messages`, count: many },
    )
    await reader.page.reload()
    await row(reader.page, `Line ${many}.`).waitFor()
    await reader.page.locator('.scroller').hover()
    const seen = new Set<number>()
    let isKilled = false
    await eventually(
      async () => {
        const drawn = await reader.page
          .locator('.row[data-seq]')
          .evaluateAll((rows) => rows.map((one) => Number(one.getAttribute('data-seq'))))
        for (const seq of drawn) seen.add(seq)
        if (seen.size > 70 && !isKilled) {
          isKilled = true
          await killNodeOf(reader)
        }
        await reader.page.mouse.wheel(0, -700)
        return seen.has(1)
      },
      { withinMs: 40_000, everyMs: 120 },
    )
    expect(isKilled).toBe(true)
    expect([...seen].sort((a, b) => a - b)).toEqual(Array.from({ length: head }, (_, index) => index + 1))
  })
})
