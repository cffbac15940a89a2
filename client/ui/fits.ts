/** How well typed letters fit a name, for whoever would rather type three of them than look for it. */

const marks = /\p{M}/gu
const wordStart = /[\s\-_.]/u

/** Without case and accents. */
function plain(text: string): string {
  return text.normalize('NFD').replace(marks, '').toLowerCase()
}

/** Higher is better; `null` when a typed word is not in the name, in order. Nothing typed fits everything alike. */
export function fitOf(typed: string, name: string): number | null {
  const text = plain(name)
  let sum = 0
  for (const word of plain(typed).split(/\s+/u).filter(Boolean)) {
    const fit = wordFit(word, text)
    if (fit === null) return null
    sum += fit
  }
  return sum
}

/** A whole word in one piece beats scattered letters, at the start of a word more so, at the start of the name most. */
function wordFit(word: string, text: string): number | null {
  const starts = [...text.matchAll(/[^\s\-_.]+/gu)].map(({ index }) => index)
  if (text === word) return 140
  if (text.startsWith(word)) return 120 - text.length / 20
  if (starts.some((at) => text.startsWith(word, at))) return 100 - text.length / 20
  if (text.includes(word)) return 60 - text.length / 20
  return scatteredFit(word, text)
}

/** Letters in order; each may be anywhere, better where a word starts or right after the last. At most 50. */
function scatteredFit(word: string, text: string): number | null {
  let at = -1
  let good = 0
  for (const letter of word) {
    const next = text.indexOf(letter, at + 1)
    if (next < 0) return null
    if (next === 0 || next === at + 1 || wordStart.test(text[next - 1] ?? '')) good += 1
    at = next
  }
  return good === 0 ? null : (50 * good) / word.length - text.length / 20
}
