/** Markdown becomes elements and nothing else: what is not ours to draw stays text, whatever somebody writes. */
import type { ComponentChildren } from 'preact'
import { isValidElement } from 'preact'
import { expect, test } from 'vitest'
import { isPlain } from '../../client/ui/body-text.ts'
import { highlight } from '../../client/ui/highlight.ts'
import { drawMarkdown } from '../../client/ui/markdown.tsx'

/** As brackets: `[p a [em b]]`. A component shows by its name, a link with where it leads. */
function told(children: ComponentChildren): string {
  if (Array.isArray(children)) return children.map(told).join('')
  if (!isValidElement(children)) return typeof children === 'string' ? children : ''
  const { type, props } = children
  const { href, text, language } = props as { href?: string; text?: string; language?: string }
  if (typeof type === 'function' && type.name === 'Table')
    return told((type as (given: unknown) => ComponentChildren)(props))
  const name = typeof type === 'string' ? type : type.name
  return `[${name}${href ? `=${href}` : ''}${language ? `=${language}` : ''} ${text ?? ''}${told(props.children)}]`
}

function shown(body: string): string | null {
  const drawn = drawMarkdown(body, 'mira', null)
  return drawn === null ? null : told(drawn)
}

test('emphasis, code, and paragraphs with their breaks', () => {
  expect(shown('*a* **b** ~~c~~ `d *e*`')).toBe('[p [em a] [strong b] [del c] [code d *e*]]')
  expect(shown('one\ntwo\n\nthree')).toBe('[p one[br ]two][p three]')
  expect(shown('snake_case_name and 2 * 3 * 4')).toBe('[p snake_case_name and 2 * 3 * 4]')
})

test('lists, quotes, fences, headings, tables', () => {
  expect(shown('- a\n- b\n  1. c')).toBe('[ul [li a][li b[ol [li c]]]]')
  expect(shown('> a *b*\n\nc')).toBe('[blockquote [p a [em b]]][p c]')
  expect(shown('```ts\nconst a = `1`\n```')).toBe('[CodeBlock=ts const a = `1`]')
  expect(shown('## Title')).toBe('[p Title]')
  expect(shown('|a|b|\n|-|-|\n|1|2|')).toBe('[div [table [thead [tr [th a][th b]]][tbody [tr [td 1][td 2]]]]]')
  expect(shown('- [x] done')).toBe('[ul [li [span ]done]]')
})

test('what chat makes by accident stays text', () => {
  expect(shown('Really?\n---')).toBe('[p Really?][hr ]')
  expect(shown('    four spaces')).toContain('four spaces')
  expect(shown('[a]: https://a.example')).toBe('[p [a]: [OutLink=https://a.example https://a.example]]')
})

test('[X4] HTML is text, images are links, and no address does anything but lead away', () => {
  expect(shown('<b>x</b> <img src=x onerror=alert(1)>')).toBe('[p <b>x</b> <img src=x onerror=alert(1)>]')
  expect(shown('<script>alert(1)</script>')).toBe('[p <script>alert(1)</script>]')
  expect(shown('![cat](https://a.example/cat.png)')).toBe('[p [OutLink=https://a.example/cat.png cat]]')
  for (const href of [
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    '/r/1',
    '//a.example',
  ])
    expect(shown(`[x](${href})`)).toBe(`[p [x](${href})]`)
  expect(shown('[x](https://a.example "t")')).toBe('[p [OutLink=https://a.example x]]')
  expect(shown('<https://a.example/?q=1>')).toBe('[p [OutLink=https://a.example/?q=1 https://a.example/?q=1]]')
})

test('a bare address keeps what it is made of, and leaves what ends the sentence', () => {
  expect(shown('*see* https://a.example/x_(y)_z*w*.')).toBe(
    '[p [em see] [OutLink=https://a.example/x_(y)_z*w https://a.example/x_(y)_z*w]*.]',
  )
})

test('mentions are found in emphasis, not in code', () => {
  expect(shown('**@mira** `@mira`')).toBe('[p [strong [span @mira]] [code @mira]]')
})

test('plain is what has no marks at all', () => {
  expect(
    [
      'hello',
      'a - b',
      'snake_case',
      '1 < 2',
      'so: 10.5 (yes)',
      'https://a.example/x_y',
      '#general',
      "it's @mira",
    ].every(isPlain),
  ).toBe(true)
  expect(['*a*', '_a_', '`a`', '~~a~~', '> a', '- a', '1. a', '# a', '[a](b)', '\\*', 'a|b'].some(isPlain)).toBe(false)
})

const units = [
  '> ',
  '>',
  '- ',
  '* ',
  '- - ',
  '1. ',
  '1) ',
  '*',
  '_',
  '**a ',
  '*a _b ',
  '`',
  '~~',
  '[',
  '](',
  '![',
  '[a](',
  '<',
  '|',
  'a\n|-\n',
]
const more = [
  '\n',
  '  ',
  '\t',
  '# ',
  '```\n',
  '&',
  '\\',
  '(',
  '[]',
  '@',
  'http://',
  '<a',
  '<!--',
  '- a\n  ',
  '   - ',
  '[x](<',
  '[x]("',
]

test('[X4] no body holds up a browser: the longest of every kind is taken apart in a moment', () => {
  for (const unit of [...units, ...more])
    for (const [before, after] of [
      ['', ''],
      ['a', ''],
      ['', 'a'],
      ['*', '*'],
      ['|', '\n|-|\n'],
      ['[', '](x)'],
    ]) {
      const body = (before + unit.repeat(Math.ceil(4_000 / unit.length))).slice(0, 4_000 - (after ?? '').length) + after
      const begunAt = performance.now()
      shown(body)
      isPlain(body)
      expect(performance.now() - begunAt, JSON.stringify(`${before}${unit}…${after}`)).toBeLessThan(1_000)
    }
})

test('what nobody writes by hand is not taken apart at all', () => {
  expect(shown('> '.repeat(2_000))).toBe(null)
  expect(shown('> > > deep')).not.toBe(null)
})

test('code of a known language has colours, of another one none; its text is whole either way', () => {
  const textOf = (nodes: ReturnType<typeof highlight>): string =>
    nodes
      .map((node) => ('value' in node ? node.value : 'children' in node ? textOf(node.children as typeof nodes) : ''))
      .join('')
  const code = 'const a = "<b>" // 1'
  expect(highlight(code, 'ts').some(({ type }) => type === 'element')).toBe(true)
  expect(highlight(code, 'nonsense').every(({ type }) => type === 'text')).toBe(true)
  for (const language of ['ts', 'TS', 'nonsense', 'js {1,2}']) expect(textOf(highlight(code, language))).toBe(code)
})
