/** A message's body as elements. Plain text is drawn at once; what needs Markdown waits for it, unseen and in its place. */
import type { ComponentChildren } from 'preact'
import { useMemo } from 'preact/hooks'
import { isFewEmoji, isPlain, piecesOf, wordsOf } from './body-text.ts'
import { useParts } from './parts.ts'
import { drawPieces } from './pieces.tsx'
import { useCell } from './use-cell.ts'

type Needs = {
  body: string
  ownUsername: string
  /** Small print at its end, in its last line where there is room. */
  note?: ComponentChildren
}

export function MessageBody({ body, ownUsername, note }: Needs) {
  const plain = useMemo(() => isPlain(body), [body])
  return (
    <div class="body" dir="auto" data-big={isFewEmoji(body)}>
      {plain ? (
        <PlainText body={body} ownUsername={ownUsername} note={note} />
      ) : (
        <Marked body={body} ownUsername={ownUsername} note={note} />
      )}
    </div>
  )
}

function PlainText({ body, ownUsername, note }: Needs) {
  const paragraphs = useMemo(() => body.split(/\n[ \t]*\n\s*/u).map(wordsOf), [body])
  return paragraphs.map((pieces, index) => (
    <p key={index} dir="auto">
      {drawPieces(pieces, ownUsername)}
      {index === paragraphs.length - 1 && note}
    </p>
  ))
}

function Marked({ body, ownUsername, note }: Needs) {
  const { markdown } = useParts()
  const parser = useCell(markdown)
  const drawn = parser?.draw(body, ownUsername, note) ?? null
  if (drawn !== null) return <>{drawn}</>
  return (
    <div class="unmarked" data-waiting={parser === null}>
      {drawPieces(piecesOf(body), ownUsername)}
      {note}
    </div>
  )
}
