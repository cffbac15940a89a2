/** Code in a message: as it was typed at once, in colours when these are loaded; it never moves for them. */
import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { copyText } from './copy-text.ts'
import { Icon } from './icon.tsx'
import { useParts } from './parts.ts'

type Highlight = typeof import('./highlight.ts')
type Node = ReturnType<Highlight['highlight']>[number]

export function CodeBlock({ text, language }: { text: string; language: string }) {
  const { spoken } = useParts()
  const nodes = useHighlight(text, language)
  return (
    <div class="code-block">
      <pre dir="ltr">
        <code>{nodes === null ? text : nodes.map(drawNode)}</code>
      </pre>
      <button
        type="button"
        class="code-copy"
        aria-label="Copy the code"
        title="Copy the code"
        onClick={() => copyText(text, spoken)}
      >
        <Icon name="copy" size={16} />
      </button>
    </div>
  )
}

function useHighlight(text: string, language: string): readonly Node[] | null {
  const [loaded, setLoaded] = useState<Highlight | null>(null)
  const wanted = language !== ''
  useEffect(() => {
    let isWaiting = wanted
    if (wanted)
      import('./highlight.ts').then(
        (one) => isWaiting && setLoaded(() => one),
        () => {},
      )
    return () => {
      isWaiting = false
    }
  }, [wanted])
  return loaded === null ? null : loaded.highlight(text, language)
}

function drawNode(node: Node): ComponentChildren {
  if (node.type === 'text') return node.value
  if (node.type !== 'element') return null
  const { className } = node.properties
  return <span class={Array.isArray(className) ? className.join(' ') : undefined}>{node.children.map(drawNode)}</span>
}
