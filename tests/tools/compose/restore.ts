/** Back to what a backup holds: a workspace as it was, no more and no less, that takes people in. */
import { createRoom, signUp } from '../../kit/visitor.ts'
import type { Truth } from '../checker/history.ts'
import type { Compose } from './compose.ts'
import { readTruths } from './truths.ts'

const keysOf = (truths: readonly Truth[]) =>
  new Set(truths.flatMap(({ roomId, messages }) => messages.map(({ id }) => `${roomId} ${id}`)))

/** Complaints; none is a pass. */
export async function restore(compose: Compose, file: string): Promise<string[]> {
  const last = keysOf(await readTruths(compose))
  await compose.tell('sh', '-c', `docker compose run --rm -T restore --replace < ${file}`)
  const back = keysOf(await readTruths(compose))
  const invented = [...back].filter((key) => !last.has(key))
  const newcomer = await signUp(compose.url)
  await createRoom(newcomer, 'private', [])
  return [
    ...(back.size > 0 && back.size < last.size ? [] : [`${back.size} messages, after ${last.size} in the end`]),
    ...(invented.length === 0 ? [] : [`${invented.length} messages that nobody sent`]),
  ]
}
