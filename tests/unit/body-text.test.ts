/** A body falls into pieces that are drawn as elements: nothing is lost, nothing becomes more than it is. */
import { expect, test } from 'vitest'
import { isFewEmoji, mentions, piecesOf } from '../../client/ui/body-text.ts'

const kinds = (body: string) => piecesOf(body).map(({ kind, text }) => [kind, text])

test('plain text is one piece, breaks and all', () => {
  expect(kinds('one\n\ntwo <b>&amp;</b>')).toEqual([['text', 'one\n\ntwo <b>&amp;</b>']])
})

test('a link ends before what ends the sentence, and keeps the brackets it opened', () => {
  expect(kinds('see https://a.example/x_(y)?q=1#z. (https://b.example/)')).toEqual([
    ['text', 'see '],
    ['link', 'https://a.example/x_(y)?q=1#z'],
    ['text', '. ('],
    ['link', 'https://b.example/'],
    ['text', ')'],
  ])
})

test('only http and https become links', () => {
  expect(kinds('javascript:alert(1) data:text/html,x ftp://a.example http://')).toEqual([
    ['text', 'javascript:alert(1) data:text/html,x ftp://a.example http://'],
  ])
})

test('a mention is a whole name, not part of an address', () => {
  expect(kinds('@mira, ask @jonas.l. not x@mira.example')).toEqual([
    ['mention', '@mira'],
    ['text', ', ask '],
    ['mention', '@jonas.l'],
    ['text', '. not x@mira.example'],
  ])
  expect(mentions('hello @mira!', 'mira')).toBe(true)
  expect(mentions('hello @mirabel', 'mira')).toBe(false)
  expect(mentions('`@mira`', 'mira')).toBe(false)
})

test('what stands in code stays as it is', () => {
  expect(kinds('run `npm ci` then\n```sh\ncurl https://a.example @mira\n```')).toEqual([
    ['text', 'run '],
    ['code', 'npm ci'],
    ['text', ' then\n'],
    ['block', 'curl https://a.example @mira'],
  ])
})

test('a body of the longest length is taken apart in a moment, whatever it is made of', () => {
  for (const unit of ['`', '```\n', '@', 'https://', '((((', ') ', 'a@b.c ']) {
    const body = unit.repeat(4_000 / unit.length)
    const begunAt = performance.now()
    const pieces = piecesOf(body)
    expect(performance.now() - begunAt).toBeLessThan(200)
    if (pieces.every(({ kind }) => kind === 'text')) expect(pieces.map(({ text }) => text).join('')).toBe(body)
  }
})

test('[X4] the work grows with the body and not faster, so that no message holds up a browser', () => {
  for (const unit of [')', '!', '!)', '(', '`', '@', '```\n', '@a', 'http://']) {
    for (const [before, after] of [
      ['https://a.example/', ''],
      ['https://a.example/', 'x'],
      ['', ''],
    ]) {
      const begunAt = performance.now()
      piecesOf(before + unit.repeat(50_000) + after)
      expect(performance.now() - begunAt, `${before}${unit}…${after}`).toBeLessThan(1_000)
    }
  }
})

test('one to three emoji and nothing else are shown large', () => {
  expect(['🎉', '🎉🎉 🎉', '👩‍💻', '❤️'].every(isFewEmoji)).toBe(true)
  expect(['', '🎉🎉🎉🎉', '🎉!', '1', '#'].some(isFewEmoji)).toBe(false)
})
