/** Splits a message's body into what is drawn as elements; text stays text, nothing ever becomes HTML. [X4] */

export type Piece =
  | { kind: 'text'; text: string }
  | { kind: 'link'; text: string; href: string }
  | { kind: 'mention'; text: string; username: string }
  | { kind: 'code'; text: string }
  | { kind: 'block'; text: string }

/** Fence, code, link, mention, in this order of precedence; one pass, no nesting, no backtracking over lines. */
const marks =
  /```[^\n`]*\n(?<block>[\s\S]*?)\n?```\n?|`(?<code>[^`\n]+)`|\b(?<url>https?:\/\/[^\s<>"'`]+)|(?<![\w@/.])@(?<name>[a-z0-9_.-]{2,32})/gu

/** What may stand in any line of text, whatever surrounds it. */
const words = /\b(?<url>https?:\/\/[^\s<>"'`]+)|(?<![\w@/.])@(?<name>[a-z0-9_.-]{2,32})/gu

/** Code, links and mentions: all that is drawn until Markdown is there. */
export function piecesOf(body: string): Piece[] {
  return split(body, marks)
}

/** Links and mentions in text that is known to be text. */
export function wordsOf(text: string): Piece[] {
  return split(text, words)
}

/** Whether Markdown would make anything else of it than paragraphs; a "yes" is certain, a "no" only likely. */
export function isPlain(body: string): boolean {
  return !markup.test(body)
}

const markup =
  /[*`~|\\]|(?:^|[^\p{L}\p{N}])_|_(?:$|[^\p{L}\p{N}])|\]\(|<https?:|^[ \t]*(?:>|(?:[-+]|#{1,6}|\d{1,9}[.)])(?:[ \t]|$)|---)/mu

function split(body: string, wanted: RegExp): Piece[] {
  const pieces: Piece[] = []
  let from = 0
  for (const match of body.matchAll(wanted)) {
    const piece = pieceOf(match)
    if (piece === null) continue
    if (match.index > from) pieces.push({ kind: 'text', text: body.slice(from, match.index) })
    pieces.push(piece)
    from = match.index + (piece.kind === 'link' || piece.kind === 'mention' ? piece.text.length : match[0].length)
  }
  if (from < body.length) pieces.push({ kind: 'text', text: body.slice(from) })
  return pieces
}

function pieceOf({ groups = {} }: RegExpExecArray): Piece | null {
  const { block, code, url, name } = groups
  if (block !== undefined) return { kind: 'block', text: block }
  if (code !== undefined) return { kind: 'code', text: code }
  if (url !== undefined) return linkOf(url)
  const username = (name ?? '').replace(/[.-]+$/u, '')
  return username.length < 2 ? null : { kind: 'mention', text: `@${username}`, username }
}

const sentenceEnds = new Set('.,;:!?*_~')

/** What ends a sentence is not part of the address; a closing bracket is, if one was opened. */
export function linkOf(url: string): (Piece & { kind: 'link' }) | null {
  let end = url.length
  while (sentenceEnds.has(url.charAt(end - 1))) end -= 1
  let unopened = url.slice(0, end).split(')').length - url.slice(0, end).split('(').length
  for (; unopened > 0 && url.charAt(end - 1) === ')'; unopened -= 1) end -= 1
  const text = url.slice(0, end)
  return URL.canParse(text) ? { kind: 'link', text, href: text } : null
}

/** Whether it calls this person. */
export function mentions(body: string, username: string): boolean {
  const calls = ({ kind, text }: Piece) => kind === 'mention' && text === `@${username}`
  return body.includes(`@${username}`) && piecesOf(body).some(calls)
}

/** Takes 35 ms to compile: it is for texts without a letter, which no emoji has. */
const fewEmoji = /^(?:\p{RGI_Emoji}\s*){1,3}$/v

/** Whether a body is nothing but one to three emoji. */
export function isFewEmoji(body: string): boolean {
  return body.length <= 40 && !/\p{L}/u.test(body) && fewEmoji.test(body)
}
