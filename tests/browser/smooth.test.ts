/** A hundred thousand messages scroll like a hundred, and rooms are gone to at once: judged by a trace and the page's own clock. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rooms } from '../fakes/staged-room.ts'
import type { Browser } from '../kit/browser.ts'
import { hasChromium, openBrowser } from '../kit/browser.ts'
import { traceFrames } from '../kit/frame-trace.ts'
import { openStage } from '../kit/stage.ts'

const room = rooms.general.id
/** What a person notices. */
const noticedMs = 50
/** What still seems to be at once, from the key to the drawn room. */
const atOnceMs = 100

describe.skipIf(!hasChromium())('scrolling', () => {
  let browser: Browser
  let stage: Awaited<ReturnType<typeof openStage>>

  beforeAll(async () => {
    ;[browser, stage] = await Promise.all([openBrowser(), openStage()])
  })
  afterAll(async () => {
    expect(browser.faults()).toEqual([])
    await Promise.all([browser.close(), stage.close()])
  })

  /** A room with so many messages, all of them loaded. */
  async function open(many: number): Promise<Page> {
    const { page } = await browser.visitor()
    await page.goto(`${stage.url}?many=${many}#/r/${room}`)
    await page.locator('.row').first().waitFor()
    await page.evaluate((id) => window.stage.stageOf(id).loadAll(), room)
    await page.locator('.scroller').hover()
    return page
  }

  /** Back by the wheel, then across the whole room in leaps, as the scroll bar does. */
  async function scroll(page: Page): Promise<void> {
    await page.evaluate(async () => {
      const scroller = document.querySelector('.scroller')
      if (scroller === null) throw new Error('unable to scroll; there is no timeline')
      for (let step = 0; step < 120; step += 1) {
        scroller.scrollTop -= 90
        await new Promise(requestAnimationFrame)
      }
      for (let leap = 20; leap >= 0; leap -= 1) {
        scroller.scrollTop = (scroller.scrollHeight * leap) / 20
        await new Promise(requestAnimationFrame)
        await new Promise(requestAnimationFrame)
      }
    })
  }

  test('no task of the page is long enough to be noticed, in a room of 100,000 messages', async () => {
    const page = await open(100_000)
    const { tasks, frames } = await traceFrames(page, () => scroll(page))
    const longest = tasks.toSorted((a, b) => b - a).slice(0, 5)
    process.stdout.write(
      `scrolling: ${frames} frames, longest tasks ${longest.map((ms) => ms.toFixed(1)).join(', ')} ms of CPU\n`,
    )
    expect(frames).toBeGreaterThan(120)
    expect(tasks.slice(1).filter((ms) => ms > noticedMs)).toEqual([]) // the first sets the tracing up
  })

  test('a room that was seen is there at once, drawn', async () => {
    const page = await open(400)
    const took = await page.evaluate(async (stops) => {
      const isThere = (title: string) =>
        document.querySelector('.room-title h1')?.textContent === title && document.querySelector('.row') !== null
      const took: number[] = []
      for (const { id, title } of stops) {
        const beganAt = performance.now()
        window.location.hash = `#/r/${id}`
        do await new Promise(requestAnimationFrame)
        while (!isThere(title))
        await new Promise(requestAnimationFrame) // the frame before this one has it
        took.push(performance.now() - beganAt)
      }
      return took
    }, Array.from({ length: 6 }, () => [rooms.launch, rooms.general]).flat())
    const seen = took.slice(2).toSorted((one, other) => one - other) // by then both were seen
    process.stdout.write(`going to a room: ${seen.map((ms) => ms.toFixed(0)).join(', ')} ms\n`)
    expect(seen[Math.floor(seen.length / 2)]).toBeLessThan(atOnceMs)
  })
})
