/** What an operator has to hear: a sentence that says what to do, without a stack. */

export class Fault extends Error {
  override readonly name = 'Fault'
}

/** The sentence of a fault; of anything unforeseen the whole stack, for that is a mistake of ours. */
export function tell(fault: unknown): string {
  if (fault instanceof Fault) return fault.message
  return fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)
}

/** Whether `fault` is the operating system's error with this code. */
export function hasCode(fault: unknown, ...codes: string[]): boolean {
  return fault instanceof Error && 'code' in fault && typeof fault.code === 'string' && codes.includes(fault.code)
}
