/** For mistakes of ours: they crash with a sentence, they are never answered. */

export function must<Value>(value: Value | null | undefined, why: string): Value {
  if (value === null || value === undefined) throw new Error(`unable to go on; ${why}`)
  return value
}
