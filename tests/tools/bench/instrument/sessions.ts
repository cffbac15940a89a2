/** Signed sessions made by the dozen: signing in costs a password hash each, and that is not what is measured. */
import { randomBytes } from 'node:crypto'
import { signSid } from '../../../../server/cache/cookie.ts'
import { openRedis } from '../../../../server/cache/redis.ts'
import { sessionCookie } from '../../../../server/cache/session.ts'
import { sessionPrefix } from '../../../../server/cache/session-table.ts'
import { systemClock } from '../../../../server/kit/clock.ts'
import { openMetrics } from '../../../../server/kit/metrics.ts'
import { eventually } from '../../../kit/eventually.ts'
import { quiet, type Stage } from './stage.ts'

/** Longer than any benchmark. */
const ttlMs = 86_400_000
/** The client holds only so many commands that wait for Redis. */
const atOnce = 1_000

/** The `Cookie` headers of these users, in their order. */
export async function mintSessions({ urls, secret }: Stage, userIds: readonly string[]): Promise<string[]> {
  const metrics = openMetrics({ node: 'bench', version: 'bench' })
  const redis = openRedis({ url: urls.REDIS_URL, name: 'bench', log: quiet, metrics, clock: systemClock })
  try {
    await eventually(redis.healthy)
    const cookies: string[] = []
    const mint = (some: readonly string[]) =>
      some.map(async (userId) => {
        const sid = randomBytes(24).toString('base64url')
        const cookie = { originalMaxAge: ttlMs, expires: new Date(Date.now() + ttlMs), httpOnly: true, path: '/' }
        const kept = { cookie, userId, generation: 1, signedInAt: new Date().toISOString(), userAgent: 'bench' }
        await redis.client.set(sessionPrefix + sid, JSON.stringify(kept), { expiration: { type: 'PX', value: ttlMs } })
        return `${sessionCookie}=${signSid(sid, secret)}`
      })
    for (let at = 0; at < userIds.length; at += atOnce) {
      cookies.push(...(await Promise.all(mint(userIds.slice(at, at + atOnce)))))
    }
    return cookies
  } finally {
    await redis.close()
  }
}
