/** Asks a node over HTTP whether it lives and whether it is ready. */

export type Answer = 'ok' | 'no' | 'silent'

/** `no` when it answers anything but 2xx; `silent` when it does not answer within `boundMs`. */
export async function probe(port: number, path: '/livez' | '/readyz', boundMs = 1_500): Promise<Answer> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      headers: { connection: 'close' },
      signal: AbortSignal.timeout(boundMs),
    })
    await answer.body?.cancel()
    return answer.ok ? 'ok' : 'no'
  } catch {
    return 'silent'
  }
}
