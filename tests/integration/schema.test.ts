/** What the migrations make is what schema.prisma says: every column, its type, every key and index. */
import { readFile } from 'node:fs/promises'
import { expect, onTestFinished, test } from 'vitest'
import { must } from '../../server/kit/must.ts'
import { freshDatabase } from '../kit/database.ts'
import { openStore } from '../kit/open-store.ts'

const schema = await readFile(new URL('../../prisma/schema.prisma', import.meta.url), 'utf8')
const blocks = [...schema.matchAll(/^(model|enum) (\w+) \{\n([\s\S]*?)^\}/gm)].map(([, kind, name = '', body = '']) => {
  const lines = body
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('//'))
  return { kind, name, lines, mapped: /@@map\("(\w+)"\)/.exec(body)?.[1] ?? name }
})
const models = blocks.filter(({ kind }) => kind === 'model')
const types = new Map([
  ['Int', 'int4'],
  ['BigInt', 'int8'],
  ['Boolean', 'bool'],
  ['String', 'text'],
  ['Json', 'jsonb'],
  ['DateTime', 'timestamp(3)'],
  ...blocks.filter(({ kind }) => kind === 'enum').map(({ name, mapped }) => [name, mapped] as const),
])
const natives = new Map([
  ['Uuid', 'uuid'],
  ['Timestamptz(3)', 'timestamptz(3)'],
])

/** `table.column type` of every field that is a column; `?` where it may be null. */
const columns = models.flatMap(({ mapped, lines }) =>
  lines.flatMap((line) => {
    const [, name, type = '', optional] = /^(\w+)\s+(\w+)(\?|\[\])?/.exec(line) ?? []
    const native = /@db\.(\w+(?:\(\d\))?)/.exec(line)?.[1]
    const known = native === undefined ? types.get(type) : natives.get(native)
    if (name === undefined || known === undefined) return [] // a relation, or a line about the table
    return `${mapped}.${columnOf(line)} ${known}${optional ?? ''}`
  }),
)

function columnOf(line: string): string {
  return /@map\("(\w+)"\)/.exec(line)?.[1] ?? must(/^\w+/.exec(line)?.[0], 'a field has a name')
}

/** `table (columns)` with what kind of key it is. */
const indexes = models.flatMap(({ mapped, lines }) => {
  const columnFor = (field: string) =>
    columnOf(
      must(
        lines.find((line) => line.startsWith(`${field} `)),
        `${field} is a field`,
      ),
    )
  return lines.flatMap((line) => {
    const [, whole, list] = /^@@(id|unique|index)\(\[(.+)\]\)/.exec(line) ?? []
    if (list !== undefined) return `${mapped} (${list.split(', ').map(columnFor).join(', ')}) ${whole}`
    const [, own] = /\s@(id|unique)\b/.exec(line) ?? []
    return own === undefined ? [] : `${mapped} (${columnOf(line)}) ${own}`
  })
})

const columnsQuery = `SELECT table_name || '.' || column_name || ' ' || udt_name
    || coalesce('(' || datetime_precision || ')', '') || CASE is_nullable WHEN 'YES' THEN '?' ELSE '' END AS line
  FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '_prisma_migrations'`
const indexesQuery = `SELECT t.relname || ' (' || string_agg(a.attname, ', ' ORDER BY k.place) || ') '
    || CASE WHEN i.indisprimary THEN 'id' WHEN i.indisunique THEN 'unique' ELSE 'index' END AS line
  FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
  CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k(number, place)
  JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number
  WHERE t.relnamespace = 'public'::regnamespace AND t.relname <> '_prisma_migrations'
  GROUP BY t.relname, i.indexrelid, i.indisprimary, i.indisunique`

test('tables, columns, keys and indexes are those of schema.prisma, no more and no fewer', async () => {
  const { postgres, close } = openStore(await freshDatabase(), 1)
  onTestFinished(close)
  const linesOf = async (query: string) => {
    const rows = await postgres.ask((prisma) => prisma.$queryRawUnsafe<{ line: string }[]>(query))
    return new Set(rows.map(({ line }) => line))
  }
  expect(columns.length).toBeGreaterThan(40)
  expect(indexes.length).toBeGreaterThan(10)
  expect(await linesOf(columnsQuery)).toEqual(new Set(columns))
  expect(await linesOf(indexesQuery)).toEqual(new Set(indexes))
})
