/** The timeline in a real browser, over the fake engine: nothing moves by itself, whatever happens around it. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rooms } from '../fakes/staged-room.ts'
import type { Browser } from '../kit/browser.ts'
import { hasChromium, openBrowser } from '../kit/browser.ts'
import { eventually } from '../kit/eventually.ts'
import { openStage } from '../kit/stage.ts'

const room = rooms.general.id

describe.skipIf(!hasChromium())('the timeline', () => {
  let browser: Browser
  let stage: Awaited<ReturnType<typeof openStage>>

  beforeAll(async () => {
    ;[browser, stage] = await Promise.all([openBrowser(), openStage()])
  })
  afterAll(async () => {
    expect(browser.faults()).toEqual([])
    await Promise.all([browser.close(), stage.close()])
  })

  async function open(query = ''): Promise<Page> {
    const { page } = await browser.visitor()
    await page.goto(`${stage.url}${query}#/r/${room}`)
    await page.locator('.row').first().waitFor()
    await eventually(async () => (await fromEnd(page)) < 2)
    return page
  }

  test('opens at the end, with few rows on the page however many there are', async () => {
    const page = await open('?many=100000')
    await page.evaluate((id) => window.stage.stageOf(id).loadAll(), room)
    await eventually(async () => (await fromEnd(page)) < 2)
    expect(await page.locator('.row').count()).toBeLessThan(60)
    await wheel(page, -900)
    const at = await page.evaluate(() => {
      const scroller = document.querySelector('.scroller')
      if (scroller) scroller.scrollTop = scroller.scrollHeight / 2
      return performance.now()
    })
    await eventually(async () => Math.abs((await firstSeq(page)) - 50_000) < 1_000)
    expect(await page.evaluate((since) => performance.now() - since, at)).toBeLessThan(2_000)
    expect(await page.locator('.row').count()).toBeLessThan(80)
  })

  test('keeps the first visible message to the pixel while older ones are put before it', async () => {
    const page = await open()
    await wheel(page, -900)
    const before = await firstVisible(page)
    expect(before.seq).toBeGreaterThan(360)
    const rows = await rowCount(page)
    await page.evaluate((id) => window.stage.stageOf(id).load('older', 0), room)
    expect(await rowCount(page)).toBe(rows + 50)
    await settled(page)
    expect(Math.abs((await topOf(page, before.key)) - before.top)).toBeLessThanOrEqual(1)
  })

  test('keeps it through late layout above, an edit above, and new messages below', async () => {
    const page = await open()
    await wheel(page, -1_200)
    const before = await firstVisible(page)
    expect(before.seq).toBeGreaterThan(360)
    await page.evaluate(
      ({ id, seq }) => {
        const staged = window.stage.stageOf(id)
        void staged.change(seq - 3, { body: 'long\n'.repeat(30), editedAt: new Date(0).toISOString() })
        staged.add('00000000-0000-7000-8000-000000000002', 'something new')
      },
      { id: room, seq: before.seq },
    )
    await settled(page)
    expect(Math.abs((await topOf(page, before.key)) - before.top)).toBeLessThanOrEqual(1)
    await page.getByRole('button', { name: '1 new message' }).click()
    await eventually(async () => (await fromEnd(page)) < 2)
  })

  test('scrolls all the way back and forth as far as the wheel turns, loading as it goes', async () => {
    const page = await open('?many=110')
    let rounds = 0
    for (let seq = 110; seq > 1; rounds += 1) {
      const before = await firstVisible(page)
      await wheel(page, -600)
      const moved = (await topOf(page, before.key)) - before.top
      seq = await firstSeq(page)
      if (seq > 1) expect(Math.abs(moved - 600)).toBeLessThanOrEqual(1)
    }
    expect(rounds).toBeGreaterThan(6)
    await page.getByText('Everything that concerns all of us').last().waitFor()
    for (let left = await fromEnd(page); left > 1_200; left = await fromEnd(page)) {
      const before = await firstVisible(page)
      await wheel(page, 400)
      expect(Math.abs((await topOf(page, before.key)) - before.top + 400)).toBeLessThanOrEqual(1)
    }
  })

  test('takes the reader along only from within 100 px of the end', async () => {
    const page = await open()
    const say = () =>
      page.evaluate((id) => window.stage.stageOf(id).add('00000000-0000-7000-8000-000000000002', 'hello'), room)
    await say()
    await eventually(async () => (await fromEnd(page)) < 2)
    await wheel(page, -60)
    await say()
    await eventually(async () => (await fromEnd(page)) < 2)
    await wheel(page, -300)
    const before = await firstVisible(page)
    await say()
    await settled(page)
    expect(await topOf(page, before.key)).toBeCloseTo(before.top, 0)
    await page.getByRole('textbox').fill('I am back')
    await page.keyboard.press('Enter')
    await eventually(async () => (await fromEnd(page)) < 2)
  })

  test('a draft becomes its message in the same element, without a move', async () => {
    const page = await open()
    await page.getByRole('textbox').fill('the same row')
    await page.keyboard.press('Enter')
    const row = page.locator('.row', { hasText: 'the same row' })
    await row.waitFor()
    const element = await row.elementHandle()
    const top = await row.evaluate((one) => one.getBoundingClientRect().top)
    await eventually(async () => (await row.getAttribute('data-kind')) === 'message')
    expect(await element?.evaluate((one) => one.isConnected)).toBe(true)
    expect(await row.evaluate((one) => one.getBoundingClientRect().top)).toBe(top)
  })

  test('keeps the place per room, and pages forward after a jump without jumping to the end', async () => {
    const page = await open()
    await wheel(page, -1_500)
    await settled(page)
    const before = await firstVisible(page)
    await page.getByRole('link', { name: /infra/ }).click()
    await eventually(async () => (await page.locator('h1').textContent()) === 'infra')
    await page.getByRole('link', { name: /general/ }).click()
    await eventually(async () => Math.abs((await topOf(page, before.key)) - before.top) <= 1)

    await page.evaluate((id) => window.stage.stageOf(id).handle.loadAround(100), room)
    await settled(page)
    await wheel(page, 1_500)
    await settled(page)
    expect(await fromEnd(page)).toBeGreaterThan(300)
    expect(await firstSeq(page)).toBeLessThan(200)
  })
})

/** Turns the wheel over the timeline, and waits until it has come to rest. */
async function wheel(page: Page, byPx: number): Promise<void> {
  await page.locator('.scroller').hover()
  await page.mouse.wheel(0, byPx)
  await settled(page)
}

/** Resolves when the timeline stood still for 200 ms. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const look = () => {
      const scroller = document.querySelector('.scroller')
      return `${scroller?.scrollTop} ${scroller?.scrollHeight} ${document.querySelector('.row')?.getAttribute('data-key')}`
    }
    let last = ''
    let since = performance.now()
    while (performance.now() - since < 200) {
      await new Promise(requestAnimationFrame)
      if (look() === last) continue
      last = look()
      since = performance.now()
    }
  })
}

function fromEnd(page: Page): Promise<number> {
  return page.locator('.scroller').evaluate((one) => one.scrollHeight - one.scrollTop - one.clientHeight)
}

function rowCount(page: Page): Promise<number> {
  return page.evaluate((id) => window.stage.stageOf(id).timeline.get().rows.length, room)
}

/** The first message in view; fails when there is emptiness where it ought to be. */
async function firstVisible(page: Page): Promise<{ key: string; seq: number; top: number }> {
  const found = await page.evaluate(() => {
    const view = document.querySelector('.scroller')?.getBoundingClientRect()
    const rows = [...document.querySelectorAll('.row')]
    const row = rows.find((one) => one.getBoundingClientRect().bottom > (view?.top ?? 0))
    return {
      key: row?.getAttribute('data-key') ?? '',
      seq: Number(row?.getAttribute('data-seq')),
      top: row?.getBoundingClientRect().top ?? Number.NaN,
      viewTop: view?.top ?? Number.NaN,
    }
  })
  if (found.seq !== 1) expect(found.top).toBeLessThanOrEqual(found.viewTop + 1)
  return found
}

async function firstSeq(page: Page): Promise<number> {
  return (await firstVisible(page)).seq
}

/** NaN when it is not on the page. */
function topOf(page: Page, key: string): Promise<number> {
  return page.evaluate(
    (one) => document.querySelector(`[data-key="${one}"]`)?.getBoundingClientRect().top ?? Number.NaN,
    key,
  )
}
