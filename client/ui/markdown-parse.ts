/** How this chat reads Markdown: into tokens, without HTML, within the time that a person's text takes. [X4] */
import type { Token, Tokens } from 'marked'
import { Marked } from 'marked'
import { linkOf } from './body-text.ts'

const none = () => undefined

/** Without HTML, references and what chat makes by accident: underlined headings, code by indentation. */
const marked = new Marked({
  gfm: true,
  breaks: true,
  tokenizer: { html: none, tag: none, def: none, reflink: none, lheading: none, code: none, url: urlAt },
})

/** Nobody writes this by hand: deep nesting takes one call within another, and these take a time that grows too fast. */
const tooDeep = /^(?:[ \t]*(?:>|[-+*]|\d{1,9}[.)])){9}/m
const tooBlank = /[ \t]{100}/
const mostMarks = 500

/** The tokens of a body; `null` for what is no Markdown that a person would write. */
export function parseMarkdown(body: string): Token[] | null {
  return isHostile(body) ? null : marked.lexer(body)
}

function isHostile(body: string): boolean {
  return tooDeep.test(body) || tooBlank.test(body) || body.split(/[*_~]+/u).length > mostMarks
}

function urlAt(src: string): Tokens.Link | undefined {
  const link = linkOf(/^https?:\/\/[^\s<>"'`]+/u.exec(src)?.[0] ?? '')
  if (link === null) return undefined
  const { text, href } = link
  return { type: 'link', raw: text, href, text, tokens: [{ type: 'text', raw: text, text }] }
}
