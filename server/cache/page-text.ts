/** Messages as the cache keeps them: a line of JSON each, under a header that a script can read and write over in place. */
import type { Message } from '#protocol/wire.ts'
import { must } from '../kit/must.ts'

/** `lines[0]` is the message `first`, the others follow without a hole; all as they stood at `rev`. */
export type Lines = { rev: number; head: number; first: number; lines: string[] }

/** The same, uncut: `json` are the messages from `first` to `last` in UTF-8, `between` them, as a list of JSON has them. */
export type Part = { rev: number; head: number; first: number; last: number; json: Buffer }

/** Several parts as one, whose `json` lies in these pieces, one after the other. */
export type Joined = Omit<Part, 'json'> & { json: readonly Buffer[] }

/** Three numbers of ten digits: see the script that extends a tail. */
const headerLength = 32
const ten = (value: number) => String(value).padStart(10, '0')

/**
 * Before each line. JSON has no raw line breaks, so a message is one line, and what stands between two of them is found
 * without a look at either; the comma makes a list of them as they lie.
 */
const between = '\n,'
const lineBreak = 10 // no byte of anything else in UTF-8

const nothing = Buffer.alloc(0)
const comma = Buffer.from(between)

export function writeLines({ rev, head, first, lines }: Lines): string {
  return [`${ten(rev)} ${ten(head)} ${ten(first)}`, ...lines].join(between)
}

/** What a text grows by when these follow. */
export const followingLines = (lines: readonly string[]): string => lines.map((line) => between + line).join('')

/** Of a text that reaches to its head, or to `most` if that comes first. */
export function readPart(text: Buffer, most = Number.POSITIVE_INFINITY): Part {
  const header = text.toString('latin1', 0, headerLength)
  const head = Number(header.slice(11, 21))
  return {
    rev: Number(header.slice(0, 10)),
    head,
    first: Number(header.slice(22)),
    last: Math.min(head, most),
    json: text.subarray(headerLength + between.length),
  }
}

export const linesIn = ({ rev, head, first, json }: Part): Lines => ({
  rev,
  head,
  first,
  lines: json.length === 0 ? [] : json.toString().split(between),
})

export const readLines = (text: string): Lines => linesIn(readPart(Buffer.from(text)))

export const lineOf = (message: Message): string => JSON.stringify(message)

/** The part of it from `from` to `to`, as far as it is there. Cutting it into lines and joining them again costs four times as much. */
export function cutPart(part: Part, from: number, to: number): Part {
  const [first, last] = [Math.max(from, part.first), Math.min(to, part.last)]
  if (first > last) return { ...part, first, last: first - 1, json: nothing }
  const begin = first === part.first ? 0 : after(part.json, first - part.first)
  const end = last === part.last ? part.json.length : after(part.json, last - first + 1, begin) - between.length
  return { ...part, first, last, json: part.json.subarray(begin, end) }
}

/** Where the line begins that has `count` lines before it, from the one at `begin` on. */
function after(json: Buffer, count: number, begin = 0): number {
  let at = begin
  for (let n = 0; n < count; n++) {
    const end = json.indexOf(lineBreak, at)
    at = must(end < 0 ? null : end, 'a part has all the lines that it says') + between.length
  }
  return at
}

/** Neighbours in ascending order as one: as old as its oldest part. Copying what they say costs a fifth of what a page does. */
export function joinParts(parts: readonly [Part, ...Part[]]): Joined {
  let { rev, head, last } = parts[0]
  const pieces: Buffer[] = []
  for (const part of parts) {
    rev = Math.min(rev, part.rev)
    head = Math.max(head, part.head)
    last = Math.max(last, part.last)
    if (part.json.length > 0) pieces.push(...(pieces.length > 0 ? [comma] : []), part.json)
  }
  return { rev, head, first: parts[0].first, last, json: pieces }
}
