/** What a list may finish for whom writes, and what it offers. */
import { expect, test } from 'vitest'
import { codeAt, rankPeople, triggerAt } from '../../client/ui/completion.ts'
import { emojiOfCode, emojis, findEmoji } from '../../client/ui/emoji.ts'
import { moreEmoji, quickEmoji } from '../../client/ui/room-actions.ts'
import { people } from '../fakes/staged-room.ts'

/** `|` is the caret. */
function at(marked: string) {
  const found = triggerAt(marked.replace('|', ''), marked.indexOf('|'))
  return found && `${found.kind} ${found.query}`
}

test('a name begins with @ at the start of a word, an emoji with : and two letters', () => {
  expect(at('@|')).toBe('person ')
  expect(at('hello @Zoë|')).toBe('person Zoë')
  expect(at('(@mi| and more')).toBe('person mi')
  expect(at(':ta|')).toBe('emoji ta')
  expect(at('so 🎉:ta|')).toBe('emoji ta')
  expect(['a@b|', '@mi |', ':|', ':)|', 'at 10:30|', 'https://a|', 'a:bc|', '@a@b|', '@@|'].map(at)).toEqual(
    Array(9).fill(null),
  )
})

test('nothing is completed in code', () => {
  expect(['`@mi|', '```\n@mi|', '```\na\n```\n`:ta|'].map(at)).toEqual([null, null, null])
  expect(['`a` @mi|', '```\na\n```\n@mi|'].map(at)).toEqual(['person mi', 'person mi'])
})

test('a choice replaces what was typed for it, a closed name itself and its colons', () => {
  expect(triggerAt('hi @mira', 6)).toEqual({ kind: 'person', query: 'mi', from: 3, to: 6 })
  expect(codeAt('hi :tada:', 9)).toEqual({ code: 'tada', from: 3, to: 9 })
  expect(codeAt('10:30:', 6)).toBe(null)
})

test('people are found by username, by any word of their name, without accents', () => {
  const found = (query: string) => rankPeople(query, people, 8).map(({ username }) => username)
  expect(found('mi')).toEqual(['mira'])
  expect(found('haddad')).toEqual(['noor'])
  expect(found('oz')).toEqual(['zoe'])
  expect(found('t')[0]).toBe('tomas')
  expect(rankPeople('', people, 8)).toHaveLength(8)
})

test('emoji are found by their names, the whole one first', () => {
  const found = (typed: string) => findEmoji(typed, 5).map(({ text }) => text)
  expect(found('tada')).toEqual(['🎉'])
  expect(found('+1')[0]).toBe('👍')
  expect(found('rock')).toContain('🚀')
  expect(found('party')[0]).toBe('🎉')
  expect(found('')).toEqual([])
  expect(emojiOfCode('heart')).toBe('❤️')
  expect(emojiOfCode('nonsense')).toBe(undefined)
})

test('every emoji is what the server takes, and the quick ones are among them', () => {
  expect(emojis.length).toBeGreaterThan(1_800)
  expect(emojis.filter(({ text }) => !/^\p{RGI_Emoji}$/v.test(text))).toEqual([])
  const texts = new Set(emojis.map(({ text }) => text))
  expect([...quickEmoji, ...moreEmoji].filter((text) => !texts.has(text))).toEqual([])
})
