/**
 * What Redis does to memberships, each script atomic. All keys share the hash tag of KEYS[1], the base, so that names made
 * here lie in its slot:
 * `:epoch` STRING made with the first lease; gone when Redis has lost its data
 * `:leases` ZSET incarnation → end, in milliseconds of Redis' clock
 * `:ended` SET of incarnations that are being swept
 * `:held:<incarnation>` SET of `group NUL user`; with an empty group: the incarnation has sockets of that user
 * `:group:<group>` HASH user → number of incarnations that hold the user there
 * `:sockets:<user>` HASH incarnation → JSON list of socket ids
 * `:attributes:<user>` HASH
 * `:turn` STRING: the latest turn, in microseconds of Redis' clock, but ascending whatever that does
 * `:untold` ZSET user → the turn since which something is to be told of the user
 * `:came` HASH user → the turn of a coming of which nobody has said that it is told
 * `:reply:<caller>` STRING: the last drain's call id and answer, in case the answer was not heard
 */
import { ONLINE } from './membership-store';

const REPLY_KEPT_MS = 600_000;

const PRELUDE = String.raw`
local base = KEYS[1]
local leases, ended = base .. ':leases', base .. ':ended'

local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Something is to be told of the user from now on. Answers the turn.
local function turn(user)
  local time = redis.call('TIME')
  local last = tonumber(redis.call('GET', base .. ':turn') or '0')
  local text = string.format('%.0f', math.max(last + 1, time[1] * 1000000 + time[2]))
  redis.call('SET', base .. ':turn', text)
  redis.call('ZADD', base .. ':untold', text, user)
  return text
end

-- The turn of the user's coming, or an empty text where that is told.
local function came(user)
  return redis.call('HGET', base .. ':came', user) or ''
end

-- One incarnation less. Answers nil while others hold the user there, else {group, user, turn, turn of an untold coming,
-- attributes...} of who has left; the turns are empty in other groups than '${ONLINE}'.
local function release(group, user)
  local members = base .. ':group:' .. group
  if redis.call('HINCRBY', members, user, -1) > 0 then return nil end
  redis.call('HDEL', members, user)
  local left = { group, user, '', '' }
  if group == '${ONLINE}' then
    left[3], left[4] = turn(user), came(user)
    local attributes = base .. ':attributes:' .. user
    for _, text in ipairs(redis.call('HGETALL', attributes)) do left[#left + 1] = text end
    redis.call('DEL', attributes)
  end
  return left
end
`;

/** ARGV: incarnation, TTL, an epoch if there is none. Answers the epoch. */
export const OPEN = `${PRELUDE}
redis.call('SET', base .. ':epoch', ARGV[3], 'NX')
redis.call('ZADD', leases, now() + ARGV[2], ARGV[1])
redis.call('SREM', ended, ARGV[1])
return redis.call('GET', base .. ':epoch')
`;

/** ARGV: incarnation, TTL. Answers 1, or 0 where the incarnation is gone. */
export const RENEW = `${PRELUDE}
if not redis.call('ZSCORE', leases, ARGV[1]) then return 0 end
redis.call('ZADD', leases, now() + ARGV[2], ARGV[1])
return 1
`;

/**
 * ARGV: incarnation, then four per operation: J group user capacity · L group user - · S - user sockets (JSON, empty for
 * none) · A unless-set user patch (JSON) · T - user - · D - user turn. Answers a JSON list per operation: the outcome, the
 * turn and that of an untold coming or empty texts, then attributes as name, value, name … Null where the incarnation is gone.
 */
export const APPLY = String.raw`${PRELUDE}
local incarnation = ARGV[1]
local held = base .. ':held:' .. incarnation
if not redis.call('ZSCORE', leases, incarnation) then return false end

local function join(group, user, capacity)
  local members, entry = base .. ':group:' .. group, group .. '\0' .. user
  if redis.call('SISMEMBER', held, entry) == 1 then return 'unchanged' end
  if capacity and redis.call('HEXISTS', members, user) == 0 and redis.call('HLEN', members) >= capacity then return 'full' end
  redis.call('SADD', held, entry)
  if redis.call('HINCRBY', members, user, 1) > 1 then return 'unchanged' end
  if group ~= '${ONLINE}' then return 'entered', '' end
  local at = turn(user)
  redis.call('HSET', base .. ':came', user, at)
  return 'entered', at
end

local function told(user, upTo)
  local since = redis.call('ZSCORE', base .. ':untold', user)
  if since and tonumber(since) <= tonumber(upTo) then redis.call('ZREM', base .. ':untold', user) end
  local coming = came(user)
  if coming ~= '' and tonumber(coming) <= tonumber(upTo) then redis.call('HDEL', base .. ':came', user) end
end

local function sockets(user, ids)
  local key, marker = base .. ':sockets:' .. user, '\0' .. user
  if ids == '' then
    redis.call('HDEL', key, incarnation)
    redis.call('SREM', held, marker)
  else
    redis.call('HSET', key, incarnation, ids)
    redis.call('SADD', held, marker)
  end
end

local function attributes(unlessSet, user, patch)
  local key = base .. ':attributes:' .. user
  if redis.call('HEXISTS', base .. ':group:${ONLINE}', user) == 0 then return end
  if unlessSet == '1' and redis.call('EXISTS', key) == 1 then return end
  for name, value in pairs(cjson.decode(patch)) do
    if value == cjson.null then redis.call('HDEL', key, name) else redis.call('HSET', key, name, value) end
  end
end

local results = {}
for i = 2, #ARGV, 4 do
  local kind, first, user, last = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  local result = { 'unchanged', '', '' }
  if kind == 'J' then
    local outcome, at = join(first, user, tonumber(last))
    result = { outcome, at or '', '' }
  elseif kind == 'L' then
    local left = redis.call('SREM', held, first .. '\0' .. user) == 1 and release(first, user)
    if left then result = { 'left', unpack(left, 3) } end
  elseif kind == 'S' then
    sockets(user, last)
  elseif kind == 'T' then
    result[2], result[3] = turn(user), came(user)
  elseif kind == 'D' then
    told(user, last)
  else
    attributes(first, user, last)
  end
  results[#results + 1] = result
end
return cjson.encode(results)
`;

// A drain answers JSON: [1 where there is more, [group, user, turn, turn of an untold coming, attributes...], ...].
// Asked again with the same call id, it repeats itself, but for users who have come back in the meantime.
const DRAIN = String.raw`${PRELUDE}
local replyKey = base .. ':reply:' .. ARGV[1]
local call = ARGV[2] .. ' '
local given = redis.call('GET', replyKey)
if given and string.sub(given, 1, #call) == call then
  local reply = {}
  for _, left in ipairs(cjson.decode(string.sub(given, #call + 1))) do
    if type(left) == 'number' or redis.call('HEXISTS', base .. ':group:' .. left[1], left[2]) == 0 then
      reply[#reply + 1] = left
    end
  end
  return cjson.encode(reply)
end

local budget = tonumber(ARGV[3])
local reply = { 0 }

local function drain(incarnation)
  if budget == 0 then return end
  local entries = redis.call('SPOP', base .. ':held:' .. incarnation, budget)
  for _, entry in ipairs(entries) do
    local cut = string.find(entry, '\0', 1, true)
    local group, user = string.sub(entry, 1, cut - 1), string.sub(entry, cut + 1)
    if group == '' then
      redis.call('HDEL', base .. ':sockets:' .. user, incarnation)
    else
      reply[#reply + 1] = release(group, user)
    end
  end
  budget = budget - #entries
  if budget == 0 then return end
  redis.call('ZREM', leases, incarnation)
  redis.call('SREM', ended, incarnation)
end

local function answer()
  if budget == 0 then reply[1] = 1 end
  local text = cjson.encode(reply)
  redis.call('SET', replyKey, call .. text, 'PX', ${REPLY_KEPT_MS})
  return text
end
`;

/** ARGV: caller, call id, budget, own incarnation. */
export const SWEEP = `${DRAIN}
local time = now()
local own = tonumber(redis.call('ZSCORE', leases, ARGV[4]))
if own and own > time then
  for _, incarnation in ipairs(redis.call('ZRANGEBYSCORE', leases, '-inf', time, 'LIMIT', 0, 100)) do
    redis.call('ZREM', leases, incarnation)
    redis.call('SADD', ended, incarnation)
  end
  for _, incarnation in ipairs(redis.call('SMEMBERS', ended)) do drain(incarnation) end
end
return answer()
`;

/** ARGV: caller, call id, budget, the incarnations to end. */
export const RETIRE = `${DRAIN}
for i = 4, #ARGV do drain(ARGV[i]) end
return answer()
`;

/** ARGV: for how long, in milliseconds; most. Answers user, turn, turn of an untold coming or an empty text, user … */
export const UNTOLD = `${PRELUDE}
local time = redis.call('TIME')
local before = string.format('%.0f', time[1] * 1000000 + time[2] - ARGV[1] * 1000)
local answer = {}
for _, user in ipairs(redis.call('ZRANGEBYSCORE', base .. ':untold', '-inf', before, 'LIMIT', 0, ARGV[2])) do
  answer[#answer + 1] = user
  answer[#answer + 1] = turn(user)
  answer[#answer + 1] = came(user)
end
return answer
`;

/** Answers incarnation, milliseconds left, incarnation … */
export const NODES = `${PRELUDE}
local found = redis.call('ZRANGE', leases, 0, -1, 'WITHSCORES')
local time = now()
for i = 2, #found, 2 do found[i] = found[i] - time end
return found
`;

/** ARGV: group, user. Answers the incarnations that hold the user there, ended ones included until they are swept. */
export const HOLDERS = String.raw`${PRELUDE}
if redis.call('HEXISTS', base .. ':group:' .. ARGV[1], ARGV[2]) == 0 then return {} end
local entry, found = ARGV[1] .. '\0' .. ARGV[2], {}
local function look(incarnations)
  for _, incarnation in ipairs(incarnations) do
    if redis.call('SISMEMBER', base .. ':held:' .. incarnation, entry) == 1 then found[#found + 1] = incarnation end
  end
end
look(redis.call('ZRANGE', leases, 0, -1))
look(redis.call('SMEMBERS', ended))
return found
`;
