/** Conversations as one writes them down: who says what, to which line it answers, and what others made of it. */

export type Line = {
  who: string
  text: string
  /** Which line of its conversation it answers, from 1. */
  replyTo?: number
  reactions?: Record<string, string[]>
  edited?: true
  deleted?: true
  pinned?: true
}

/** Lines that belong together: minutes lie between them, and hours or days before the next. */
export type Talk = Line[]

const spoken = /^(?<who>[a-z]+)(?: \(re (?<to>\d+)\))?: (?<text>.+)$/
const reacted = /^ {2}\+ (?<emoji>\S+) (?<names>.+)$/
const marked = /^ {2}(?<mark>edited|deleted|pinned)$/

/**
 * `name: text`, or `name (re 2): text` for an answer; a line that begins with `|` goes on with the text. Below it, indented
 * by two: `+ 👍 name name`, `edited`, `deleted`, `pinned`. A blank line ends the conversation. Throws on anything else.
 */
export function parseTalks(text: string): Talk[] {
  const talks: Talk[] = [[]]
  for (const row of text.split('\n')) {
    const talk = talks.at(-1) ?? []
    if (row.trim() === '') {
      if (talk.length > 0) talks.push([])
      continue
    }
    const line = talk.at(-1)
    const { who, to, text: said } = spoken.exec(row)?.groups ?? {}
    if (who !== undefined && said !== undefined)
      talk.push({ who, text: said, ...(to === undefined ? {} : { replyTo: Number(to) }) })
    else if (line === undefined || !continued(line, row)) throw new Error(`unable to read "${row}"`)
  }
  return talks.filter((talk) => talk.length > 0)
}

function continued(line: Line, row: string): boolean {
  const { emoji, names } = reacted.exec(row)?.groups ?? {}
  const { mark } = marked.exec(row)?.groups ?? {}
  if (row.startsWith('|')) line.text += `\n${row.slice(1).replace(/^ /, '')}`
  else if (emoji !== undefined && names !== undefined) line.reactions = { ...line.reactions, [emoji]: names.split(' ') }
  else if (mark === 'edited' || mark === 'deleted' || mark === 'pinned') line[mark] = true
  else return false
  return true
}
