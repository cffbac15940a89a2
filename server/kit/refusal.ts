/** The one error a peer may see; everything else is an outage or a bug and becomes `unavailable`. */
import { type RefusalCode, type RefusalView, refusals } from '#protocol/refusals.ts'

type Extra = { detail?: string; retryInMs?: number; definite?: boolean; cause?: unknown }

export class Refusal extends Error {
  readonly code: RefusalCode
  readonly view: RefusalView

  /** `definite` only ever overrides the table where the caller knows that nothing happened. */
  constructor(code: RefusalCode, { detail, retryInMs, definite, cause }: Extra = {}) {
    const row = refusals[code]
    super(detail ?? row.detail, { cause })
    this.name = 'Refusal'
    this.code = code
    this.view = {
      code,
      detail: this.message,
      definite: definite ?? row.definite,
      ...(retryInMs === undefined ? {} : { retryInMs }),
    }
  }

  get status(): number {
    return refusals[this.code].status
  }
}
