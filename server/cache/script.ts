/** A Lua script by its hash: sent once, known to Redis from then on, sent again when a restart forgot it. */
import { createHash } from 'node:crypto'
import type { RedisClient } from './redis.ts'

export type Script = (client: RedisClient, keys: string[], values: string[]) => Promise<unknown>

export function openScript(lua: string): Script {
  const hash = createHash('sha1').update(lua).digest('hex')
  return async (client, keys, values) => {
    try {
      return await client.evalSha(hash, { keys, arguments: values })
    } catch (fault) {
      if (!(fault instanceof Error) || !fault.message.startsWith('NOSCRIPT')) throw fault
      return await client.eval(lua, { keys, arguments: values })
    }
  }
}
