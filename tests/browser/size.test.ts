/** The first route's JavaScript stays small enough for a slow phone. */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

const dist = path.resolve(import.meta.dirname, '../../client/dist')
const budgetBytes = 60_000

test('what the first page loads is at most 60 kB of JavaScript, gzipped', async () => {
  const page = await readFile(path.join(dist, 'index.html'), 'utf8')
  const scripts = [...page.matchAll(/(?:src|href)="(\/[^"]+\.js)"/g)].map(([, file]) => file ?? '')
  expect(scripts.some((file) => file.startsWith('/assets/'))).toBe(true)
  const sizes = await Promise.all(scripts.map(async (file) => gzipSync(await readFile(path.join(dist, file))).length))
  const bytes = sizes.reduce((sum, size) => sum + size, 0)
  expect(bytes).toBeLessThanOrEqual(budgetBytes)
})

test('nothing on the page is inline: the CSP would not run it', async () => {
  const page = await readFile(path.join(dist, 'index.html'), 'utf8')
  expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/)
})
