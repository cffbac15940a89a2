/** What a hand expects of an open room, over the fake engine: the composer, drafts, the connection, the title. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rooms } from '../fakes/staged-room.ts'
import type { Browser } from '../kit/browser.ts'
import { hasChromium, openBrowser } from '../kit/browser.ts'
import { eventually } from '../kit/eventually.ts'
import { narrow } from '../kit/launch.ts'
import { openStage } from '../kit/stage.ts'

const room = rooms.launch.id

describe.skipIf(!hasChromium())('a room', () => {
  let browser: Browser
  let stage: Awaited<ReturnType<typeof openStage>>

  beforeAll(async () => {
    ;[browser, stage] = await Promise.all([openBrowser(), openStage()])
  })
  afterAll(async () => {
    expect(browser.faults()).toEqual([])
    await Promise.all([browser.close(), stage.close()])
  })

  async function open(options = {}): Promise<Page> {
    const { page } = await browser.visitor(options)
    await page.goto(`${stage.url}#/r/${room}`)
    await page.locator('.row').last().waitFor()
    return page
  }

  const composer = (page: Page) => page.getByRole('textbox', { name: 'Message launch' })
  const drafts = (page: Page) => page.locator('.row', { hasText: 'Typed here' }).count()

  test('Enter sends, Shift+Enter breaks, and an Enter of an input method does neither', async () => {
    const page = await open()
    await composer(page).fill('Typed here')
    await composer(page).evaluate((field) => {
      const enter = { key: 'Enter', bubbles: true, cancelable: true }
      field.dispatchEvent(new KeyboardEvent('keydown', { ...enter, isComposing: true }))
      field.dispatchEvent(new KeyboardEvent('keydown', { ...enter, keyCode: 229 }))
    })
    expect(await drafts(page)).toBe(0)
    await composer(page).press('Shift+Enter')
    expect(await drafts(page)).toBe(0)
    await composer(page).press('Enter')
    await eventually(async () => (await drafts(page)) === 1)
    expect(await composer(page).inputValue()).toBe('')
  })

  test('on glass Enter breaks the line, and the button sends', async () => {
    const page = await open({ viewport: narrow })
    await composer(page).fill('Typed here')
    await composer(page).press('Enter')
    expect(await composer(page).inputValue()).toBe('Typed here\n')
    await page.getByRole('button', { name: 'Send' }).tap()
    await eventually(async () => (await drafts(page)) === 1)
  })

  test('at twice the size nothing is cut off: what does not fit beside goes below, or behind a button', async () => {
    const page = await open({ viewport: { width: 640, height: 400 } })
    const overhang = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(await overhang()).toBeLessThanOrEqual(0)
    await composer(page).waitFor()
    await page.getByRole('heading', { level: 1 }).getByRole('button').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('list', { name: 'Members' }).waitFor()
    expect(await overhang()).toBeLessThanOrEqual(0)
    expect(await dialog.evaluate((one) => one.scrollWidth - one.clientWidth)).toBeLessThanOrEqual(0)
  })

  test('a text beyond the limit is counted, not cut, and not sent', async () => {
    const page = await open()
    await composer(page).fill('x'.repeat(4_003))
    await page.getByText('3 too many').waitFor()
    await composer(page).press('Enter')
    expect((await composer(page).inputValue()).length).toBe(4_003)
    const share = await composer(page).evaluate((field) => field.clientHeight / window.innerHeight)
    expect(share).toBeLessThanOrEqual(0.4)
  })

  test('a refused draft says why, can be sent again, written anew or deleted', async () => {
    const page = await open()
    const stageDraft = () =>
      page.evaluate((id) => window.stage.stageOf(id).draft('Typed here', 'failed', 'forbidden'), room)
    await stageDraft()
    await page.getByText('Not sent. You may not do that here.').waitFor()
    await page.getByRole('button', { name: 'Retry' }).click()
    expect(await page.getByText('Not sent.').count()).toBe(0)
    await stageDraft()
    await page.getByRole('button', { name: 'Edit', exact: true }).last().click()
    await page.getByRole('textbox', { name: 'Change the message' }).fill('Typed here, shorter')
    await page.keyboard.press('Enter')
    await page.locator('.row', { hasText: 'Typed here, shorter' }).waitFor()
    expect(await page.getByText('Not sent.').count()).toBe(0)
    await stageDraft()
    await page.getByRole('button', { name: 'Delete', exact: true }).last().click()
    await eventually(async () => (await drafts(page)) === 2)
  })

  test('what somebody writes whom we block is hidden until we want to see it, also where it is quoted', async () => {
    const page = await open()
    await page.evaluate((id) => window.stage.engine.block(id, true), '00000000-0000-7000-8000-000000000008')
    const hidden = page.getByText('A message by somebody you block')
    await eventually(async () => (await hidden.count()) >= 2)
    expect(await page.getByText('Reading now').count()).toBe(0)
    await page.getByRole('button', { name: 'Show', exact: true }).first().click()
    await page.getByText('Reading now').waitFor()
  })

  test('a finger that taps a message presses nothing that was not there', async () => {
    const page = await open({ viewport: narrow })
    await page.locator('.row').last().tap()
    expect(await page.locator('.toolbar:visible').count()).toBe(0)
    expect(await page.getByRole('dialog').count()).toBe(0)
  })

  test('a blip shows nothing; after two seconds a chip counts down, and leaves by itself', async () => {
    const page = await open()
    const away = (sinceMs: number) =>
      page.evaluate((ms) => {
        const now = Date.now() + window.stage.now - window.stage.openedAt
        window.stage.link.set({ state: 'waiting', node: 'node-2', since: now - ms, nextTryAt: now + 20_000 })
      }, sinceMs)
    const chip = page.locator('.link-chip')
    await away(0)
    expect(await chip.count()).toBe(0)
    await chip.waitFor({ timeout: 4_000 })
    expect(await chip.textContent()).toMatch(/^Reconnecting, next try in 1\d sTry now$/)
    await page.getByRole('button', { name: 'Try now' }).click()
    await eventually(async () => (await chip.count()) === 0)
  })

  test('the badge names the node, and glows only when it is another one', async () => {
    const page = await open()
    const badge = page.locator('.node-badge:visible')
    expect(await badge.textContent()).toBe('node-2')
    expect(await badge.locator('.node-glow').count()).toBe(0)
    await page.evaluate(() => window.stage.engine.reconnect())
    await eventually(async () => (await badge.textContent()) === 'node-3')
    expect(await badge.locator('.node-glow').count()).toBe(1)
  })

  test('the title counts what is unread and names the room', async () => {
    const page = await open()
    // a muted room's messages do not count
    await eventually(async () => (await page.title()) === '(7) launch · Parley')
    await page.evaluate(() => window.stage.list.set([]))
    await eventually(async () => (await page.title()) === 'Parley')
  })

  test('what comes in is said once: one message by its words, many by their number', async () => {
    const page = await open()
    const status = page.locator('.workspace > [role="status"]')
    const receive = (words: string[]) =>
      page.evaluate(({ id, told }) => window.stage.stageOf(id).receive('00000000-0000-7000-8000-000000000002', told), {
        id: room,
        told: words,
      })
    await receive(['Land in sight'])
    await eventually(async () => (await status.textContent()) === 'Jonas Lindqvist: Land in sight')
    await receive(['Drop anchor', 'Lower the boats', 'Somebody fetch the flag'])
    await eventually(async () => (await status.textContent()) === '3 new messages in launch')
  })

  test('a new message neither steals the focus nor moves what is being written', async () => {
    const page = await open()
    await composer(page).fill('half a thought')
    await page.evaluate((id) => window.stage.stageOf(id).add('00000000-0000-7000-8000-000000000002', 'hello'), room)
    await page.locator('.row', { hasText: 'hello' }).last().waitFor()
    expect(await composer(page).evaluate((field) => field === document.activeElement)).toBe(true)
    expect(await composer(page).inputValue()).toBe('half a thought')
  })
})
