/** What a body in Markdown says, without its signs: for a quote, or wherever there is one line for it. */
import type { Token, Tokens } from 'marked'
import { parseMarkdown } from './markdown-parse.ts'

/** Blocks and lines become spaces. What is no Markdown that a person would write comes back as it is. */
export function wordsInMarkdown(body: string): string {
  const tokens = parseMarkdown(body)
  return tokens === null ? body : tokens.map(wordsIn).join(' ').replace(/\s+/gu, ' ').trim()
}

function wordsIn(token: Token): string {
  if (token.type === 'br' || token.type === 'space') return ' '
  if (token.type === 'list') return (token as Tokens.List).items.map(wordsIn).join(' ')
  if (token.type === 'table')
    return cellsOf(token as Tokens.Table)
      .map(lineOf)
      .join(' ')
  if (token.type === 'list_item' || token.type === 'blockquote') return (token.tokens ?? []).map(wordsIn).join(' ')
  return lineOf(token)
}

function lineOf(token: { text?: string; raw?: string; tokens?: Token[] }): string {
  return token.tokens ? token.tokens.map(wordsIn).join('') : (token.text ?? token.raw ?? '')
}

function cellsOf({ header, rows }: Tokens.Table): Tokens.TableCell[] {
  return [header, ...rows].flat()
}
