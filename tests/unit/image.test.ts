/** What the images are built from, without Docker: a file that the build asks for and is not given breaks the first start. */
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, matchesGlob, normalize } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const lines = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))

/** A path is in the build's context when the last rule that covers it, or a folder above it, lets it in. */
function isInContext(path: string): boolean {
  let isIn = true
  for (const rule of lines(read('.dockerignore'))) {
    const pattern = rule.replace(/^!/, '')
    if (matchesGlob(path, pattern) || path.startsWith(`${pattern}/`) || pattern === '*') isIn = rule.startsWith('!')
  }
  return isIn
}

/** What a stage of the Dockerfile copies out of the context. */
function copiedIn(stage: string): string[] {
  const body =
    read('infra/docker/Dockerfile')
      .split(/^FROM /m)
      .find((text) => text.includes(` AS ${stage}\n`)) ?? ''
  return [...body.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources = '']) => sources.split(' '))
}

test('whatever the build copies is in its context', () => {
  const copied = ['tools', 'code', 'site'].flatMap(copiedIn)
  expect(copied.length).toBeGreaterThan(8)
  for (const path of copied) expect(isInContext(path), path).toBe(true)
})

test('whatever a program in a node’s image imports is in the image', () => {
  const copied = ['tools', 'code'].flatMap(copiedIn)
  const isCopied = (path: string) => copied.some((source) => path === source || path.startsWith(`${source}/`))
  const modules = globSync(['server/**/*.ts', 'infra/**/*.ts'], { cwd: root }).filter(isCopied)
  expect(modules.length).toBeGreaterThan(100)
  for (const path of modules)
    for (const [, target = ''] of read(path).matchAll(/from '(\.[^']+)'/g))
      expect(isCopied(normalize(join(dirname(path), target))), `${path} imports ${target}`).toBe(true)
})

test('whatever package a program in a node’s image imports is one of those it brings', () => {
  const { dependencies } = JSON.parse(read('package.json'))
  const names = globSync(['server/**/*.ts', 'infra/backup/*.ts'], { cwd: root, exclude: ['server/store/generated/**'] })
    .flatMap((path) => [...read(path).matchAll(/^(?:import|export) (?!type).*from '([^.#'][^']*)'/gm)])
    .map(([, target = '']) => target)
    .filter((target) => !target.startsWith('node:'))
    .map((target) => target.match(/^(@[^/]+\/)?[^/]+/)?.[0])
  expect(names.length).toBeGreaterThan(20)
  expect(Object.keys(dependencies)).toEqual(expect.arrayContaining([...new Set(names)]))
})

test('what stays outside stays outside: secrets, data, what was built, and what only tests need', () => {
  for (const path of ['.env', '.parley', 'node_modules', 'client/dist', 'tests', '.git'])
    expect(isInContext(path), path).toBe(false)
})
