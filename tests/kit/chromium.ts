/** vitest's global set-up for browser tests: where Chromium is, installed first where that is ours to do. */
import type { TestProject } from 'vitest/node'
import { find } from '../../infra/local/binaries.ts'
import { canInstall, install } from '../../infra/local/packages.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Null when there is none: tests that need it are then counted as skipped. */
    chromium: string | null
  }
}

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']
const onMac = '/Applications/Google Chrome.app/Contents/MacOS'

const say = (line: string) => process.stdout.write(`chromium: ${line}\n`)

export async function setup(project: TestProject): Promise<void> {
  project.provide('chromium', (await findChromium()) ?? (await installed()))
}

export async function findChromium(): Promise<string | null> {
  for (const name of names) {
    const file = await find(name)
    if (file !== null) return file
  }
  return process.platform === 'darwin' ? find('Google Chrome', { PATH: onMac }) : null
}

async function installed(): Promise<string | null> {
  if (!(await canInstall())) {
    say('not found; browser tests are skipped (sudo apt-get install chromium)')
    return null
  }
  say('installing with apt-get …')
  await install(['chromium', 'fonts-liberation', 'fonts-noto-color-emoji'])
  return findChromium()
}
