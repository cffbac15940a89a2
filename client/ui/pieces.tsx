/** The pieces of a text as elements: links, mentions, code. */
import type { ComponentChildren } from 'preact'
import type { Piece } from './body-text.ts'
import { OutLink } from './out-link.tsx'

export function drawPieces(pieces: readonly Piece[], ownUsername: string): ComponentChildren[] {
  return pieces.map((piece, index) => drawPiece(piece, index, ownUsername))
}

function drawPiece(piece: Piece, index: number, ownUsername: string): ComponentChildren {
  switch (piece.kind) {
    case 'text':
      return piece.text
    case 'link':
      return (
        <OutLink key={index} href={piece.href}>
          {piece.text}
        </OutLink>
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
