/** Puts a text into the clipboard, and says whether that worked. */
import type { OpenCell } from '../engine/cell.ts'

export function copyText(text: string, spoken: OpenCell<string>): void {
  // without a secure origin there is no clipboard
  const copied = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('unable to copy; no clipboard'))
  copied.then(
    () => spoken.set('Copied'),
    () => spoken.set('This browser does not let Parley copy'),
  )
}
