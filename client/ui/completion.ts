/** What is being written at the caret that a list can finish: a name after `@`, an emoji after `:`. */
import type { User } from '#protocol/wire.ts'

/** [from, to) is what a choice replaces. */
export type Trigger = { kind: 'person' | 'emoji'; query: string; from: number; to: number }

const person = /(?:^|[\s(["'“‘])@(?<query>[\p{L}\p{N}_.-]{0,32})$/u
/** `\p{RGI_Emoji}` takes 35 ms to compile, at the first key of all: the last code point of an emoji will do for one. */
const emoji = /(?:^|[\s(["'“‘\p{So}\p{Sk}\p{M}]):(?<query>[a-z0-9_+-]{2,32})(?<end>:?)$/iu
const reach = 64
/** As much of a text as these look at. */
const reachOf = (text: string, caret: number) => text.slice(Math.max(0, caret - reach), caret)

export function triggerAt(text: string, caret: number): Trigger | null {
  const before = reachOf(text, caret)
  const found = person.exec(before) ?? emoji.exec(before)
  const { query, end } = found?.groups ?? {}
  if (query === undefined || end || isInCode(text.slice(0, caret))) return null
  const from = caret - query.length - 1
  return { kind: text[from] === '@' ? 'person' : 'emoji', query, from, to: caret }
}

/** `:tada:`, closed just now. */
export function codeAt(text: string, caret: number): { code: string; from: number; to: number } | null {
  const { query: code, end } = emoji.exec(reachOf(text, caret))?.groups ?? {}
  if (code === undefined || !end || isInCode(text.slice(0, caret))) return null
  return { code, from: caret - code.length - 2, to: caret }
}

/** A fence or a backtick is open: what is typed there is meant as it is. */
function isInCode(before: string): boolean {
  const fences = before.split('```')
  if (fences.length % 2 === 0) return true
  const line = fences.at(-1)?.split('\n').at(-1) ?? ''
  return line.split('`').length % 2 === 0
}

const marks = /\p{M}/gu
const plain = (text: string) => text.normalize('NFD').replace(marks, '').toLowerCase()

/** Those whose username or a word of whose name begins with it, the username first. */
export function rankPeople(query: string, users: readonly User[], most: number): User[] {
  const wanted = plain(query)
  const ranked = users.flatMap((user) => {
    const name = plain(user.displayName)
    if (user.username.startsWith(wanted)) return [{ user, rank: 0 }]
    if (name.startsWith(wanted)) return [{ user, rank: 1 }]
    return name.split(/[\s-]+/u).some((word) => word.startsWith(wanted)) ? [{ user, rank: 2 }] : []
  })
  return ranked
    .sort((a, b) => a.rank - b.rank || a.user.displayName.localeCompare(b.user.displayName))
    .slice(0, most)
    .map(({ user }) => user)
}
