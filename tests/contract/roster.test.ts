import { openRoster } from '../../server/cache/roster.ts'
import { systemClock } from '../../server/kit/clock.ts'
import { openMemoryRoster } from '../fakes/memory-roster.ts'
import { openTestRedis } from '../kit/open-redis.ts'
import { freshRedisUrl } from '../kit/redis.ts'
import { rosterContract } from './roster.ts'

rosterContract('redis', async () => {
  const redis = await openTestRedis(freshRedisUrl())
  const forget = async () => void (await redis.client.flushDb())
  await forget()
  return { roster: openRoster({ redis }), forget }
})

rosterContract('memory', async () => {
  const roster = openMemoryRoster({ clock: systemClock })
  return { roster, forget: async () => roster.wipe() }
})
