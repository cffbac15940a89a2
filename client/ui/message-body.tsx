/** A message's body as elements: links, mentions, code; line breaks are kept by the style. */
import type { ComponentChildren } from 'preact'
import { useMemo } from 'preact/hooks'
import type { Piece } from './body-text.ts'
import { isFewEmoji, piecesOf } from './body-text.ts'

type Needs = {
  body: string
  ownUsername: string
  /** Small print at its end, in its last line where there is room. */
  note?: ComponentChildren
}

export function MessageBody({ body, ownUsername, note }: Needs) {
  const pieces = useMemo(() => piecesOf(body), [body])
  return (
    <div class="body" dir="auto" data-big={isFewEmoji(body)}>
      {pieces.map((piece, index) => draw(piece, index, ownUsername))}
      {note}
    </div>
  )
}

function draw(piece: Piece, index: number, ownUsername: string) {
  switch (piece.kind) {
    case 'text':
      return piece.text
    case 'link':
      return (
        <a key={index} href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
          {piece.text}
        </a>
      )
    case 'mention':
      return (
        <span key={index} class="mention" dir="ltr" data-own={piece.username === ownUsername}>
          {piece.text}
        </span>
      )
    case 'code':
      return <code key={index}>{piece.text}</code>
    case 'block':
      return (
        <pre key={index} dir="ltr">
          <code>{piece.text}</code>
        </pre>
      )
  }
}
