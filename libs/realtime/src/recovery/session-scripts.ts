/**
 * The Lua of sessions. Keys are made from one base with a hash tag: base:s:<pid> = a session; base:u:<user> = the sessions
 * of a user, a sorted set of pids by the time at which each expires; base:rooms:<id> = names of rooms that sessions share,
 * named by their content.
 */

/** Helpers for a script with `b` = base. Times are in milliseconds. */
export const SESSION_HELPERS = `
local function now()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end
local function sessionKey(pid) return b .. ':s:' .. pid end
local function userKey(user) return b .. ':u:' .. user end
local function roomsKey(id) return b .. ':rooms:' .. id end
-- Several sessions need such a key: it lives as long as the last of them.
local function extend(key, ms)
  if redis.call('PTTL', key) < ms then redis.call('PEXPIRE', key, ms) end
end
-- Keeps a session of which all fields are there, and what it needs, for so long from now.
local function keep(pid, user, shared, ms)
  redis.call('PEXPIRE', sessionKey(pid), ms)
  redis.call('ZADD', userKey(user), string.format('%.0f', now() + ms), pid)
  extend(userKey(user), ms)
  if shared and shared ~= '' then extend(roomsKey(shared), ms) end
end
`;

/**
 * KEYS[1] = base. ARGV[1] = sessions per user, ARGV[2] = for how long at most one is kept that is away, then 12 per
 * session: pid, owner, socket, user, login, epoch, own rooms (JSON), 1 if it may begin, for how long it is kept; id of the
 * shared rooms or nothing, the position from which on those count, their names (JSON) or nothing where they are stored.
 * Answers per session: saved, foreign, absent, or unshared: the shared rooms are not stored, send their names.
 */
export const SAVE = `
local b, most, away = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2])
${SESSION_HELPERS}
-- Sessions of connected sockets are kept for longer than those that are away can be: the order of expiry tells them apart.
local function bound(user)
  local key, time = userKey(user), now()
  if redis.call('ZCARD', key) <= most then return end
  redis.call('ZREMRANGEBYSCORE', key, '-inf', string.format('%.0f', time))
  local over = redis.call('ZCARD', key) - most
  if over <= 0 then return end
  for _, pid in ipairs(redis.call('ZRANGEBYSCORE', key, '-inf', string.format('%.0f', time + away), 'LIMIT', 0, over)) do
    redis.call('DEL', sessionKey(pid))
    redis.call('ZREM', key, pid)
  end
end
local function save(pid, owner, socket, user, login, epoch, rooms, fresh, ms, shared, since, names)
  local known = redis.call('HGET', sessionKey(pid), 'owner')
  if known and known ~= owner then return 'foreign' end
  if not known and fresh ~= '1' then return 'absent' end
  if shared ~= '' then
    if names ~= '' then redis.call('SETNX', roomsKey(shared), names)
    elseif redis.call('EXISTS', roomsKey(shared)) == 0 then return 'unshared' end
    -- Nodes that know nothing of shared rooms would restore a part of the session: to them it is one of another epoch.
    epoch = '+' .. epoch
  end
  redis.call('HSET', sessionKey(pid), 'owner', owner, 'socket', socket, 'user', user, 'login', login, 'epoch', epoch,
    'rooms', rooms, 'shared', shared, 'since', since)
  keep(pid, user, shared, tonumber(ms))
  bound(user)
  return 'saved'
end
local out = {}
for i = 3, #ARGV, 12 do out[#out + 1] = save(unpack(ARGV, i, i + 11)) end
return out`;

/** KEYS[1] = base. ARGV[1] = for how long, then per session: pid, owner. Answers 1 for each that is there and so owned. */
export const TOUCH = `
local b, ms = KEYS[1], tonumber(ARGV[1])
${SESSION_HELPERS}
local out = {}
for i = 2, #ARGV, 2 do
  local s = redis.call('HMGET', sessionKey(ARGV[i]), 'owner', 'user', 'shared')
  local owned = s[1] == ARGV[i + 1]
  if owned then keep(ARGV[i], s[2], s[3], ms) end
  out[#out + 1] = owned and 1 or 0
end
return out`;

/** KEYS[1] = base. ARGV: pid, owner. */
export const DROP = `
local b = KEYS[1]
${SESSION_HELPERS}
local s = redis.call('HMGET', sessionKey(ARGV[1]), 'owner', 'user')
if s[1] ~= ARGV[2] then return 0 end
redis.call('ZREM', userKey(s[2]), ARGV[1])
return redis.call('DEL', sessionKey(ARGV[1]))`;
