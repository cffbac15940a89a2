/** Tables for a terminal. */
import { type Report, type Table, tellCell, tellNoise, tellTarget } from './report.ts'

export function drawTable({ title, note, columns, rows }: Table): string {
  const texts = [
    columns.map((column) => column.title),
    ...rows.map((row) => row.map((cell, at) => tellCell(cell, columns[at]?.digits))),
  ]
  const widths = columns.map((_, at) => Math.max(...texts.map((row) => (row[at] ?? '').length)))
  const lines = texts.map((row) =>
    row.map((text, at) => (at === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[at] ?? 0))).join('  '),
  )
  lines.splice(1, 0, '-'.repeat(lines[0]?.length ?? 0))
  return [title, ...(note === undefined ? [] : [note]), '', ...lines].join('\n')
}

export function drawReport({ title, about, facts, sections }: Report): string {
  const targets = sections.flatMap((section) => section.targets)
  return [
    title,
    ...about,
    '',
    ...sections.flatMap(({ tables }) => tables.flatMap((table) => [drawTable(table), ''])),
    ...targets.map((target) => `${tellTarget(target).padEnd(8)} ${target.says}: ${target.got}`),
    '',
    `noise: ${tellNoise(sections)}`,
    ...Object.entries(facts).map(([name, value]) => `${name}: ${value}`),
  ].join('\n')
}
