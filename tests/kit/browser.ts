/** Chromium for a test: people in pages of their own, each with their own cookies and disk, and what went wrong in them. */
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { inject } from 'vitest'
import { launch, newContext } from './launch.ts'

const output = path.resolve(import.meta.dirname, '../output')

/** Whether there is a Chromium at all; tests that need it are skipped without. */
export const hasChromium = () => inject('chromium') !== null

export type Browser = Awaited<ReturnType<typeof openBrowser>>

export async function openBrowser() {
  const executablePath = inject('chromium')
  if (executablePath === null) throw new Error('unable to open a browser; there is none')
  const browser = await launch(executablePath)
  const faults: string[] = []

  /** A person at a machine of their own. */
  async function visitor(options: BrowserContextOptions = {}): Promise<{ context: BrowserContext; page: Page }> {
    const context = await newContext(browser, options)
    const page = await context.newPage()
    page.on('pageerror', (fault) => faults.push(fault.message))
    page.on('console', (line) => {
      if (/Content Security Policy/i.test(line.text())) faults.push(line.text())
    })
    return { context, page }
  }

  return {
    visitor,
    /** Uncaught errors and breaches of the CSP in any page so far. */
    faults: () => faults,
    close: () => browser.close(),
  }
}

/** Keeps what a page looks like, for people to look at. */
export async function shoot(page: Page, name: string): Promise<void> {
  await mkdir(output, { recursive: true })
  await page.screenshot({ path: path.join(output, `${name}.png`) })
}
