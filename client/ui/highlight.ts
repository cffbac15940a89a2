/** Colours for code, as a tree; fetched with the first block that says its language. */
import { common, createLowlight } from 'lowlight'

const lowlight = createLowlight(common)

/** The text alone for a language that is not known. */
export function highlight(text: string, language: string) {
  const [name = ''] = language.toLowerCase().split(/[\s,{]/u)
  return lowlight.highlight(lowlight.registered(name) ? name : 'plaintext', text).children
}
