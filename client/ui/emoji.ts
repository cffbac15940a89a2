/** Every emoji by its names; fetched with the first `:` or picker, for it weighs more than all the rest. */
import data from 'emojibase-data/en/compact.json' with { type: 'json' }
import commonNames from 'emojibase-data/en/shortcodes/emojibase.json' with { type: 'json' }
import githubNames from 'emojibase-data/en/shortcodes/github.json' with { type: 'json' }

export type Emoji = { text: string; label: string; group: number; codes: readonly string[]; tags: readonly string[] }

const groupNames = ['Smileys', 'People', '', 'Nature', 'Food', 'Travel', 'Activities', 'Objects', 'Symbols', 'Flags']

type Names = Readonly<Record<string, string | string[]>>

const names: readonly Names[] = [githubNames, commonNames]
const isEmoji = /^\p{RGI_Emoji}$/v
const codesOf = (hexcode: string) => [...new Set(names.flatMap((book) => book[hexcode] ?? []))]

/** As the server takes it, and as other keyboards write it; `null` for what this browser does not know yet. */
function textOf(unicode: string): string | null {
  return [unicode, unicode.replaceAll('\uFE0F', '')].find((text) => isEmoji.test(text)) ?? null
}

/** In the order of keyboards. */
export const emojis: readonly Emoji[] = data
  .toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0))
  .flatMap(({ unicode, label, group, hexcode, tags = [] }) => {
    const text = textOf(unicode)
    if (text === null || group === undefined || groupNames[group] === '') return []
    return [{ text, label, group, codes: codesOf(hexcode), tags }]
  })

export const emojiGroups: readonly { name: string; emojis: readonly Emoji[] }[] = groupNames
  .map((name, group) => ({ name, emojis: emojis.filter((one) => one.group === group) }))
  .filter(({ emojis: some }) => some.length > 0)

const byCode = new Map(emojis.flatMap(({ text, codes }) => codes.map((code) => [code, text] as const)).reverse())

/** Of a name in full, without its colons. */
export function emojiOfCode(code: string): string | undefined {
  return byCode.get(code)
}

/** The best come first; nothing typed finds nothing. */
export function findEmoji(typed: string, most: number): Emoji[] {
  const wanted = typed
    .toLowerCase()
    .replaceAll(/[\s:]+/gu, '_')
    .replace(/^_|_$/gu, '')
  if (wanted === '') return []
  const ranked = emojis.flatMap((emoji) => {
    const rank = rankOf(emoji, wanted)
    return rank === null ? [] : [{ emoji, rank }]
  })
  return ranked
    .sort((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map(({ emoji }) => emoji)
}

/** Lower is better. */
function rankOf({ codes, tags, label }: Emoji, wanted: string): number | null {
  if (codes.includes(wanted)) return 0
  if (codes.some((code) => code.startsWith(wanted))) return 1
  if (tags.includes(wanted)) return 2
  const within = `_${wanted}`
  if (codes.some((code) => code.includes(within))) return 3
  if (tags.some((tag) => tag.startsWith(wanted))) return 4
  return label
    .toLowerCase()
    .replaceAll(/[\s:]+/gu, '_')
    .includes(wanted)
    ? 5
    : null
}
