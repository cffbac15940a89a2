/** Text to be searched for as it stands, inside a LIKE. */

export function literal(text: string): string {
  return text.replaceAll(/[\\%_]/g, '\\$&')
}
