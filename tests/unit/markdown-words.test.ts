/** A quote says what a message says: its words, without the signs that only its drawing needs; a box stays, for it says what is done. */
import { expect, test } from 'vitest'
import { wordsInMarkdown } from '../../client/ui/markdown-words.ts'

test.each([
  ['**Friday** it is, `npm test` *first*', 'Friday it is, npm test first'],
  ['a ~~b~~ [c](https://c.example) https://d.example', 'a b c https://d.example'],
  ['one\ntwo\n\nthree', 'one two three'],
  ['# Title\n- a\n- b\n  1. **c**', 'Title a b c'],
  ['> said *so*\n\nand so', 'said so and so'],
  ['```ts\nconst a = `1`\n```\nafter', 'const a = `1` after'],
  ['|a|b|\n|-|-|\n|**1**|2|', 'a b 1 2'],
  ['1 \\* 2 and snake_case_name', '1 * 2 and snake_case_name'],
  ['- [x] done', '[x] done'],
  ['![cat](https://a.example/cat.png)', 'cat'],
  ['<b>x</b> &amp; y', '<b>x</b> &amp; y'],
])('%j', (body, words) => expect(wordsInMarkdown(body)).toBe(words))

test('[X4] what nobody writes by hand is given back as it is', () => {
  const hostile = '>'.repeat(2_000)
  expect(wordsInMarkdown(hostile)).toBe(hostile)
})
