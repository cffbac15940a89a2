/** Asks while one types, once the fingers rest; the answer to an old question never replaces that to a newer one. */

import { useEffect, useState } from 'preact/hooks'
import type { Answer } from '#protocol/wire.ts'
import { useParts } from './parts.ts'
import { faultOf } from './words.ts'

const restMs = 160

export function useSearch<Value>(ask: (q: string) => Promise<Answer<Value[]>>) {
  const { clock } = useParts()
  const [text, setText] = useState('')
  const [found, setFound] = useState<Value[] | null>(null)
  const [fault, setFault] = useState<string | null>(null)

  useEffect(() => {
    let wanted = true
    const look = async () => {
      const answer = await ask(text.trim())
      if (!wanted) return
      setFault(faultOf(answer))
      if (answer.ok) setFound(answer.value)
    }
    const cancel = clock.after(text === '' ? 0 : restMs, () => void look())
    return () => {
      wanted = false
      cancel()
    }
  }, [ask, clock, text])

  return { text, setText, found, fault }
}
