import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { mutants } from '../tools/mutants/mutants.ts'

const root = join(import.meta.dirname, '..', '..')
const patches = mutants.flatMap(({ name, patches }) => patches.map((patch) => ({ name, ...patch })))

test.each(patches)('what $name is to lack stands once in $file', ({ file, find, put }) => {
  expect(readFileSync(join(root, file), 'utf8').split(find)).toHaveLength(2)
  expect(put).not.toBe(find)
})

const migrations = globSync('prisma/migrations/*/migration.sql', { cwd: root }).sort()

test.each(patches.filter(({ file }) => migrations.includes(file)))(
  'what $name is to lack is not brought back by a migration that comes after $file',
  ({ file, find }) => {
    const later = migrations.slice(migrations.indexOf(file) + 1)
    expect(later.filter((each) => readFileSync(join(root, each), 'utf8').includes(find))).toEqual([])
  },
)
