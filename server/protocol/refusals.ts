/** The one table of every "no" a peer can see; server, client and checker read the same rows. */
export const refusals = {
  'bad-input': { status: 400, definite: true, detail: 'the input is not of the expected form' },
  'signed-out': { status: 401, definite: true, detail: 'there is no valid session' },
  forbidden: { status: 403, definite: true, detail: 'this is not yours to do' },
  'not-found': { status: 404, definite: true, detail: 'there is no such thing, or not for you' },
  'username-taken': { status: 409, definite: true, detail: 'somebody has this username' },
  'id-taken': { status: 409, definite: true, detail: 'this message id belongs to another message' },
  conflict: { status: 409, definite: true, detail: 'it was changed in the meantime' },
  'too-large': { status: 413, definite: true, detail: 'this is larger than allowed' },
  'slow-down': { status: 429, definite: true, detail: 'too much at once; wait a little' },
  overloaded: { status: 503, definite: true, detail: 'this node has too much to do; try again' },
  draining: { status: 503, definite: true, detail: 'this node is leaving; another one will answer' },
  unavailable: { status: 503, definite: false, detail: 'a service is away; whether it happened is not known' },
  outdated: { status: 426, definite: true, detail: 'this client is too old; reload' },
} as const

export type RefusalCode = keyof typeof refusals

/**
 * What a peer is told. `definite`: it certainly did not happen, so the same words may be sent under a new id.
 * `retryInMs`: waiting that long helps; absent where it does not.
 */
export type RefusalView = { code: RefusalCode; detail: string; definite: boolean; retryInMs?: number }
