/** A body in Markdown as elements: parsed into tokens, drawn one by one, never HTML. [X4] Fetched behind the first drawing. */

import type { Token, Tokens } from 'marked'
import type { ComponentChildren } from 'preact'
import { wordsOf } from './body-text.ts'
import { CodeBlock } from './code-block.tsx'
import { parseMarkdown } from './markdown-parse.ts'
import { OutLink } from './out-link.tsx'
import { drawPieces } from './pieces.tsx'

const deepest = 12

/** `null` for what is no Markdown that a person would write. `note` stands in the last line where there is room. */
export function drawMarkdown(body: string, ownUsername: string, note: ComponentChildren): ComponentChildren | null {
  const tokens = parseMarkdown(body)
  if (tokens === null) return null
  const last = tokens.findLast(({ type }) => type !== 'space')
  const blocks = tokens.map((token) => drawBlock({ token, ownUsername, note: token === last ? note : null }))
  return last?.type === 'paragraph' ? blocks : [...blocks, note]
}

type BlockNeeds = { token: Token; ownUsername: string; note?: ComponentChildren }

const isOf = <Type extends Tokens.Generic>(token: Token, type: Type['type']): token is Type & Token =>
  token.type === type

function drawBlock({ token, ownUsername, note = null }: BlockNeeds): ComponentChildren {
  const inner = (tokens: readonly Token[] | undefined) =>
    (tokens ?? []).map((one) => drawBlock({ token: one, ownUsername }))
  const line = (tokens: readonly Token[] | undefined) => drawLine({ tokens, ownUsername, depth: 0 })
  if (isOf<Tokens.Paragraph>(token, 'paragraph'))
    return (
      <p dir="auto">
        {line(token.tokens)}
        {note}
      </p>
    )
  if (isOf<Tokens.Text>(token, 'text')) return token.tokens ? line(token.tokens) : token.text
  if (isOf<Tokens.Heading>(token, 'heading'))
    return (
      <p class="heading" dir="auto">
        {line(token.tokens)}
      </p>
    )
  if (isOf<Tokens.Code>(token, 'code')) return <CodeBlock text={token.text} language={token.lang ?? ''} />
  if (isOf<Tokens.Blockquote>(token, 'blockquote')) return <blockquote>{inner(token.tokens)}</blockquote>
  if (isOf<Tokens.List>(token, 'list')) {
    const items = token.items.map((item: Tokens.ListItem) => <li dir="auto">{inner(item.tokens)}</li>)
    return token.ordered ? <ol start={token.start === '' ? 1 : token.start}>{items}</ol> : <ul>{items}</ul>
  }
  if (isOf<Tokens.Checkbox>(token, 'checkbox')) return drawCheckbox(token.checked)
  if (isOf<Tokens.Table>(token, 'table')) return <Table table={token} ownUsername={ownUsername} />
  if (token.type === 'hr') return <hr />
  return token.type === 'space' ? null : line([token])
}

type LineNeeds = { tokens: readonly Token[] | undefined; ownUsername: string; depth: number; isLink?: boolean }

function drawLine({ tokens = [], ownUsername, depth, isLink = false }: LineNeeds): ComponentChildren {
  return tokens.map((token) => {
    if (depth > deepest) return token.raw
    const within = 'tokens' in token ? token.tokens : undefined
    const inner = (ofLink = isLink) => drawLine({ tokens: within, ownUsername, depth: depth + 1, isLink: ofLink })
    switch (token.type) {
      case 'strong':
        return <strong>{inner()}</strong>
      case 'em':
        return <em>{inner()}</em>
      case 'del':
        return <del>{inner()}</del>
      case 'codespan':
        return <code>{token.text}</code>
      case 'br':
        return <br />
      case 'link':
        return drawLink(token, inner(true))
      case 'image':
        return drawLink(token, token.text || token.href)
      case 'checkbox':
        return drawCheckbox(token.checked)
      case 'escape':
        return token.text
      case 'text':
        return isLink ? token.text : drawPieces(wordsOf(token.text), ownUsername)
      default:
        return token.raw
    }
  })
}

const safe = /^(?:https?|mailto):/iu

/** Whatever else an address may do when it is pressed, it stays text. */
function drawLink({ href, raw }: Token & { href?: string }, children: ComponentChildren): ComponentChildren {
  if (href === undefined || !safe.test(href) || !URL.canParse(href)) return raw
  return <OutLink href={href}>{children}</OutLink>
}

function drawCheckbox(isDone: boolean): ComponentChildren {
  return <span class="task" role="img" aria-label={isDone ? 'done' : 'to do'} data-done={isDone} />
}

function Table({ table, ownUsername }: { table: Tokens.Table; ownUsername: string }) {
  const cells = (row: Tokens.TableCell[], Cell: 'th' | 'td') =>
    row.map(({ tokens, align }) => (
      <Cell data-align={align ?? undefined} dir="auto">
        {drawLine({ tokens, ownUsername, depth: 0 })}
      </Cell>
    ))
  return (
    <div class="table">
      <table>
        <thead>
          <tr>{cells(table.header, 'th')}</tr>
        </thead>
        <tbody>
          {table.rows.map((row) => (
            <tr>{cells(row, 'td')}</tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
