/** What was wanted and what came out. */
import type { Target } from '../instrument/report.ts'

/** A figure that could not be had leaves it open. */
export const target = (says: string, isMet: boolean, got: string): Target => ({
  says,
  got,
  isMet: /NaN|Infinity/.test(got) ? null : isMet,
})
