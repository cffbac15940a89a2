/** Puts text into a field as if it were typed: the field's own undo takes it back, and whoever listens hears of it. */

export function typeInto(field: HTMLTextAreaElement, text: string, { from, to }: { from: number; to: number }): void {
  field.focus({ preventScroll: true })
  field.setSelectionRange(from, to)
  // deprecated, and still the only way that keeps the undo
  if (field.ownerDocument.execCommand('insertText', false, text)) return
  field.setRangeText(text, from, to, 'end')
  field.dispatchEvent(new Event('input', { bubbles: true }))
}
