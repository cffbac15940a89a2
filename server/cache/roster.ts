/** The table of who is alive and who is online where: each node writes its own rows, every node reads all. */
import type { Redis } from './redis.ts'
import { openScript, type Script } from './script.ts'

/** `version` is that of the node's users; whoever knows another one asks `usersOf`. 0: the table has none of its users. */
export type RosterNode = { name: string; view: string; version: number }

/**
 * Every verb rejects within 1.5 s when Redis does not answer, and at once while it is away. Versions only grow, also over
 * a restart of Redis. A version of 0 says that Redis has lost (or never had) this node's users: `put` writes them anew.
 */
export type Roster = {
  /** Says that `node` lives, for `ttlMs`; its users are kept ten times as long. Answers their version. */
  beat(node: string, view: string, ttlMs: number): Promise<number>
  /** The nodes whose beat has not run out. */
  nodes(): Promise<RosterNode[]>
  /** The users of `node`, all at once, in place of what was there. Answers their new version, as `add` and `remove` do. */
  put(node: string, userIds: string[]): Promise<number>
  /** Does nothing and answers 0 when the table has no users of the node: a part must not pass for the whole. */
  add(node: string, userIds: string[]): Promise<number>
  remove(node: string, userIds: string[]): Promise<number>
  usersOf(node: string): Promise<{ version: number; userIds: string[] }>
  /** Takes a node out with everything of it: its own goodbye, or a peer's sweep. [P2] */
  drop(node: string): Promise<void>
}

/** Redis' own clock decides who is late, so that the nodes' clocks need not agree; its microseconds outgrow any version lost. */
const clock = `
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
local function raise()
  local version = math.max(time[1] * 1000000 + time[2], tonumber(redis.call('HGET', KEYS[1], 'version') or 0) + 1)
  redis.call('HSET', KEYS[1], 'version', string.format('%.0f', version))
  for i = 1, 2 do
    if redis.call('PTTL', KEYS[i]) == -1 then redis.call('PEXPIRE', KEYS[i], 60000) end
  end
  return string.format('%.0f', version)
end
local function each(command)
  for i = 1, #ARGV, 1000 do redis.call(command, KEYS[2], unpack(ARGV, i, math.min(i + 999, #ARGV))) end
end`

const scripts = {
  beat: openScript(`${clock}
redis.call('HSET', KEYS[1], 'view', ARGV[2])
for i = 1, 2 do redis.call('PEXPIRE', KEYS[i], ARGV[3] * 10) end
redis.call('ZADD', KEYS[3], nowMs + ARGV[3], ARGV[1])
redis.call('PEXPIRE', KEYS[3], ARGV[3] * 10)
return redis.call('HGET', KEYS[1], 'version') or '0'`),
  nodes: openScript(`${clock}
local rows = {}
for _, name in ipairs(redis.call('ZRANGE', KEYS[1], nowMs, '+inf', 'BYSCORE')) do
  local row = redis.call('HMGET', '{roster}:node:' .. name, 'view', 'version')
  if row[1] then rows[#rows + 1] = { name, row[1], row[2] or '0' } end
end
return rows`),
  put: openScript(`${clock}
redis.call('DEL', KEYS[2])
each('SADD')
return raise()`),
  add: openScript(`${clock}
if redis.call('HEXISTS', KEYS[1], 'version') == 0 then return '0' end
each('SADD')
return raise()`),
  remove: openScript(`${clock}
if redis.call('HEXISTS', KEYS[1], 'version') == 0 then return '0' end
each('SREM')
return raise()`),
  usersOf: openScript(`return { redis.call('HGET', KEYS[1], 'version') or '0', redis.call('SMEMBERS', KEYS[2]) }`),
}

const beats = '{roster}:beats'
const rowsOf = (node: string) => [`{roster}:node:${node}`, `{roster}:users:${node}`]

export function openRoster({ redis }: { redis: Redis }): Roster {
  const change = (script: Script, node: string, userIds: string[]) =>
    redis.ask('write the roster', async (client) => Number(await script(client, rowsOf(node), userIds)))

  return {
    put: (node, userIds) => change(scripts.put, node, userIds),
    add: (node, userIds) => change(scripts.add, node, userIds),
    remove: (node, userIds) => change(scripts.remove, node, userIds),
    beat: (node, view, ttlMs) =>
      redis.ask('beat', async (client) =>
        Number(await scripts.beat(client, [...rowsOf(node), beats], [node, view, String(ttlMs)])),
      ),
    nodes: () =>
      redis.ask('read the roster', async (client) => {
        const rows = await scripts.nodes(client, [beats], [])
        return (Array.isArray(rows) ? rows : []).map(([name, view, version]) => ({
          name: String(name),
          view: String(view),
          version: Number(version),
        }))
      }),
    usersOf: (node) =>
      redis.ask('read who is online', async (client) => {
        const answer = await scripts.usersOf(client, rowsOf(node), [])
        const [version, userIds] = Array.isArray(answer) ? answer : [0, []]
        return { version: Number(version), userIds: Array.from(userIds, String) }
      }),
    drop: (node) =>
      redis.ask('drop a node from the roster', async (client) => {
        await client.multi().zRem(beats, node).del(rowsOf(node)).exec()
      }),
  }
}
