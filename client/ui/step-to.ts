/** Where an arrow key leads among choices that lie in lines, by where they really lie. */

/** `null` when the key leads nowhere. Without a current one every arrow begins at the first. */
export function stepTo(key: string, choices: readonly HTMLElement[], currentId: string | null): HTMLElement | null {
  if (!key.startsWith('Arrow')) return null
  const at = choices.findIndex(({ id }) => id === currentId)
  const current = choices[at]
  if (current === undefined) return choices[0] ?? null
  if (key === 'ArrowRight') return choices[at + 1] ?? null
  if (key === 'ArrowLeft') return choices[at - 1] ?? null
  const from = current.getBoundingClientRect()
  const beyond = key === 'ArrowDown' ? choices.slice(at + 1) : choices.slice(0, at).reverse()
  let best: { choice: HTMLElement; top: number; away: number } | null = null
  for (const choice of beyond) {
    const { top, left } = choice.getBoundingClientRect()
    if (Math.abs(top - from.top) < 1) continue
    if (best !== null && Math.abs(top - best.top) > 1) break
    const away = Math.abs(left - from.left)
    if (best === null || away < best.away) best = { choice, top, away }
  }
  return best?.choice ?? null
}
