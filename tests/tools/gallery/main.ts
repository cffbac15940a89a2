/** `npm run gallery`: takes the pictures that the README shows, of the demo's workspace on a cluster of its own. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import type { Engine } from '../../../client/engine/face.ts'
import { openCluster } from '../../../infra/local/cluster.ts'
import { temporaryHome } from '../../../infra/local/home.ts'
import { freePort } from '../../../infra/local/ports.ts'
import { openProgress } from '../../../infra/local/progress.ts'
import { findChromium } from '../../kit/chromium.ts'
import { launch, newContext } from '../../kit/launch.ts'
import { openBrowser as openMachine } from '../chaos/browser.ts'
import { fill } from '../demo/fill.ts'
import { people } from '../demo/people.ts'
import { type Picture, pictures } from './pictures.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const { values } = parseArgs({
  options: {
    output: { type: 'string', default: join(root, '.github', 'gallery') },
    seed: { type: 'string', default: '2026' },
  },
})
const say = (line: string) => void process.stdout.write(`${line}\n`)
const password = 'for the pictures'

async function take(browser: Browser, url: string, picture: Picture): Promise<void> {
  const { name, viewport, colorScheme, room, play } = picture
  const context = await newContext(browser, { viewport, colorScheme, reducedMotion: 'reduce' })
  const page = await context.newPage()
  await signIn(page, url)
  await page.getByRole('link', { name: new RegExp(`^${room}`) }).click()
  await page.locator('.row[data-kind="message"]').last().waitFor()
  await page.waitForFunction(areNamed)
  await play?.(page)
  await page.evaluate(() => document.fonts.ready)
  await page.screenshot({ path: join(values.output, `${name}.png`), animations: 'disabled' })
  await context.close()
  say(name)
}

/** Names come a moment after what they stand beside. */
function areNamed(): boolean {
  const names = [...document.querySelectorAll('.message-author, .rooms li, .people li')]
  return names.every((name) => !name.textContent?.startsWith('…'))
}

/** Somebody is there while the pictures are taken. */
async function attend(url: string, username: string): Promise<Engine> {
  const machine = openMachine(url)
  const engine = machine.openPage()
  const answer = await engine.signIn({ username, password })
  if (!answer.ok) throw new Error(`unable to attend; ${username} was answered ${answer.code}`)
  return engine
}

async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await page.getByLabel('Username').fill(people[0]?.username ?? '')
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.locator('.workspace').waitFor()
}

async function run(): Promise<void> {
  const executablePath = await findChromium()
  if (executablePath === null) throw new Error('unable to take pictures; there is no Chromium')
  const home = await temporaryHome(say)
  const progress = openProgress({ write: (text) => void process.stdout.write(text), isTerminal: false })
  const place = { home, root, host: '127.0.0.1', port: await freePort() }
  const given = { ADMINS: people[0]?.username ?? '', BUDGET_SIGN_IN_NAME: '100/15m' }
  const starting = openCluster({ ...place, nodes: 3, given, progress })
  try {
    const { url, urls } = await starting.ready
    await fill({ databaseUrl: urls.DATABASE_URL, password, nowMs: Date.now(), seed: Number(values.seed) })
    await mkdir(values.output, { recursive: true })
    const others = people.slice(1, -3)
    const engines = await Promise.all(others.map(({ username }) => attend(url, username)))
    const browser = await launch(executablePath)
    for (const picture of pictures) await take(browser, url, picture)
    await browser.close()
    for (const engine of engines) engine.close()
  } finally {
    await starting.close()
    await home.remove()
  }
}

await run()
process.exit(0)
