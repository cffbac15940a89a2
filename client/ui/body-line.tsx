/** What a message says where there is room for a line: its words, without Markdown's signs. */
import { useMemo } from 'preact/hooks'
import { isPlain } from './body-text.ts'
import { useParts } from './parts.ts'
import { useCell } from './use-cell.ts'

export function BodyLine({ body }: { body: string }) {
  const markdown = useCell(useParts().markdown)
  const plain = useMemo(() => isPlain(body), [body])
  return <>{plain || markdown === null ? body : markdown.words(body)}</>
}
