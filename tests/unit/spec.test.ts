/** Holds the rules and the tests together: each rule of SPEC.md is cited by a test, and no test cites a rule there is not. */
import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const rules = [...readFileSync('server/SPEC.md', 'utf8').matchAll(/^- \*\*([A-Z]\d+)\*\* \S/gm)].map(
  ([, id = '']) => id,
)

/** Ids at the beginning of titles: `test('[L3] [L9] a resent draft …')`. */
function citationsIn(text: string): string[] {
  const titles = text.matchAll(/['"`]((?:\[[A-Z]\d+\] ?)+)/g)
  return [...titles].flatMap(([, ids = '']) => ids.match(/[A-Z]\d+/g) ?? [])
}

const cited = new Map(
  globSync('tests/**/*.{ts,tsx}').map((path) => [path, citationsIn(readFileSync(path, 'utf8'))] as const),
)

test('every rule has a name of its own', () => {
  expect(rules.length).toBeGreaterThan(40)
  expect(new Set(rules).size).toBe(rules.length)
})

test('every rule is cited by a test', () => {
  const all = new Set([...cited.values()].flat())
  expect(rules.filter((id) => !all.has(id))).toEqual([])
})

test('no test cites a rule there is not', () => {
  const unknown = [...cited].flatMap(([path, ids]) =>
    ids.filter((id) => !rules.includes(id)).map((id) => `${path}: ${id}`),
  )
  expect(unknown).toEqual([])
})

test('a title may cite several rules, and only its beginning counts', () => {
  const quote = "'"
  expect(citationsIn(`test(${quote}[L3] [L9] as in [L5]${quote})`)).toEqual(['L3', 'L9'])
})
