/** Every screen, wide and narrow, light and dark: axe-core finds nothing, and a picture is kept for people to look at. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Browser } from '../kit/browser.ts'
import { hasChromium, openBrowser, shoot } from '../kit/browser.ts'
import { narrow, wide } from '../kit/launch.ts'
import type { Scene } from '../kit/scene.ts'
import { scenes } from '../kit/scenes.ts'
import { openStage } from '../kit/stage.ts'

const sizes = [
  { size: 'wide', viewport: wide },
  { size: 'phone', viewport: narrow },
] as const

describe.skipIf(!hasChromium())('screens', () => {
  let browser: Browser
  let stage: Awaited<ReturnType<typeof openStage>>
  let axe: string

  beforeAll(async () => {
    ;[browser, stage] = await Promise.all([openBrowser(), openStage()])
    axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  })
  afterAll(async () => {
    expect(browser.faults()).toEqual([])
    await Promise.all([browser.close(), stage.close()])
  })

  test.each(sizes)('$size', async ({ size, viewport }) => {
    const { page } = await browser.visitor({ viewport, reducedMotion: 'reduce' })
    const complaints: string[] = []
    for (const scene of scenes) {
      await show(page, scene)
      for (const colorScheme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme })
        await shoot(page, `screen-${scene.name}-${size}-${colorScheme}`)
        const rules = colorScheme === 'dark' ? ['color-contrast'] : null // the others do not see colours
        for (const one of await violations(page, rules)) complaints.push(`${scene.name}, ${colorScheme}: ${one}`)
      }
    }
    expect(complaints).toEqual([])
  })

  async function show(page: Page, { at, query = '', play }: Scene): Promise<void> {
    await page.goto('about:blank')
    await page.goto(`${stage.url}${query}${at}`)
    await page.locator('.workspace, .door').waitFor()
    await play?.(page)
    await page.evaluate(() => new Promise(requestAnimationFrame))
  }

  async function violations(page: Page, rules: string[] | null): Promise<string[]> {
    const options: RunOptions = rules === null ? {} : { runOnly: rules }
    await page.evaluate(axe)
    const { violations: found } = await page.evaluate(
      (given) => (window as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } }).axe.run(given),
      options,
    )
    return found.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id} at ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
    )
  }
})
