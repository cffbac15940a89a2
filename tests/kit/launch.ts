/** Chromium as tests and tools start it, and the machines its people sit at. */
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core'

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export const wide = { width: 1280, height: 800 }
export const narrow = { width: 390, height: 844 }

/** Longest that anything on a page may take to appear. */
const patienceMs = 8_000

export const launch = (executablePath: string): Promise<Browser> => chromium.launch({ executablePath, args: flags })

/** A machine of its own; a narrow one is a phone. */
export async function newContext(browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const phone = options.viewport === narrow ? { hasTouch: true, isMobile: true, deviceScaleFactor: 2 } : {}
  const context = await browser.newContext({ viewport: wide, locale: 'en-GB', ...phone, ...options })
  context.setDefaultTimeout(patienceMs)
  return context
}
