/**
 * The steps of the lease cache, each atomic. A name stands for two keys: its value, and its lease, which holds the token of
 * the one reader who may fill it.
 */
import { openScript } from './script.ts'

/** KEYS: value, lease, here and everywhere. ARGV: token, how long the lease holds. */
const lease = openScript(`
local value = redis.call('GET', KEYS[1])
if value then return { 'hit', value } end
if redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then return { 'leased' } end
return { 'busy' }`)

/** ARGV: token, value, how long it may live. Whoever lost the lease in between read what may be old by now. [C2] */
const fill = openScript(`
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[2])
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1`)

/** ARGV: token, how long it holds from now on. For a reader whose source is slow. */
const renew = openScript(`
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[2], ARGV[2])`)

/** ARGV: token. For a reader that has nothing to fill. */
const release = openScript(`
if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[2]) end
return 1`)

/**
 * ARGV: base, rev, head, the longest window, the seq of the first line, the lines as they follow others in a value. A value
 * here begins with rev, head and first
 * seq, ten digits each: these are written over and the lines appended, and its time to live stays, so that a mistake nobody
 * knows of lives no longer than a tail does.
 */
const extend = openScript(`
redis.call('DEL', KEYS[2])
local header = redis.call('GETRANGE', KEYS[1], 0, 31)
if header == '' then return 'absent' end
local rev, head, first = string.match(header, '^(%d+) (%d+) (%d+)$')
rev, head, first = tonumber(rev), tonumber(head), tonumber(first)
if rev >= tonumber(ARGV[2]) then return 'known' end
local follows = rev == tonumber(ARGV[1]) and head + 1 == tonumber(ARGV[5])
if not follows or ARGV[3] - first >= tonumber(ARGV[4]) then
  redis.call('DEL', KEYS[1])
  return 'dropped'
end
redis.call('SETRANGE', KEYS[1], 0, string.format('%010d %010d %010d', ARGV[2], ARGV[3], first))
redis.call('APPEND', KEYS[1], ARGV[6])
return 'extended'`)

/** ARGV: the rev that is known to exist. A tail that has not got that far missed something. */
const outdate = openScript(`
local rev = tonumber(redis.call('GETRANGE', KEYS[1], 0, 9))
if rev and rev >= tonumber(ARGV[1]) then return 0 end
return redis.call('DEL', KEYS[1], KEYS[2])`)

export const leaseScripts = { lease, renew, fill, release, extend, outdate }
