/** Messages as the cache keeps them: a line of JSON each, under a header that a script can read and write over in place. */
import type { Message } from '#protocol/wire.ts'

/** `lines[0]` is the message `first`, the others follow without a hole; all as they stood at `rev`. */
export type Lines = { rev: number; head: number; first: number; lines: string[] }

/** Three numbers of ten digits: see the script that extends a tail. */
const headerLength = 32
const ten = (value: number) => String(value).padStart(10, '0')

export function writeLines({ rev, head, first, lines }: Lines): string {
  return [`${ten(rev)} ${ten(head)} ${ten(first)}`, ...lines].join('\n')
}

export function readLines(text: string): Lines {
  return {
    rev: Number(text.slice(0, 10)),
    head: Number(text.slice(11, 21)),
    first: Number(text.slice(22, headerLength)),
    lines: text.length === headerLength ? [] : text.slice(headerLength + 1).split('\n'),
  }
}

/** JSON has no raw line breaks, so a message is one line. */
export const lineOf = (message: Message): string => JSON.stringify(message)

/** The part of it from `from` to `to`, as far as it is there. */
export function cutLines({ rev, head, first, lines }: Lines, from: number, to: number): Lines {
  return {
    rev,
    head,
    first: Math.max(from, first),
    lines: lines.slice(Math.max(0, from - first), Math.max(0, to - first + 1)),
  }
}

/** Neighbours in ascending order as one: as old as its oldest part. */
export function joinLines(parts: [Lines, ...Lines[]]): Lines {
  return {
    rev: Math.min(...parts.map(({ rev }) => rev)),
    head: Math.max(...parts.map(({ head }) => head)),
    first: parts[0].first,
    lines: parts.flatMap(({ lines }) => lines),
  }
}

/** The messages as JSON, without a look at them. */
export const jsonOf = (lines: string[]): string => `[${lines.join(',')}]`

/** Only for lines that this file has written: nothing is checked. */
export const messagesOf = (lines: string[]): Message[] => JSON.parse(jsonOf(lines))
