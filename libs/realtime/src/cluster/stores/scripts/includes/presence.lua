-- Presence: attributes, sockets and pending announcements of the users in the group ONLINE. Its keys, under the rules of membership.lua:
-- `:sockets:<user>` HASH incarnation → JSON list of socket ids
-- `:attributes:<user>` HASH
-- `:turn` STRING: the latest change sequence number: microseconds of Redis' clock, but ascending even if the clock steps back
-- `:untold` ZSET user → the sequence number of the user's latest unacknowledged change
-- `:came` HASH user → the sequence number of the user's entry to ONLINE while that has not been acknowledged
--- @include "membership"
--- @constant ONLINE
local unannounced, pendingEntries = base .. ':untold', base .. ':came'

-- Opens or renews the announcement about the user. Returns its sequence number.
local function nextChangeSeq(user)
  local time = redis.call('TIME')
  local last = tonumber(redis.call('GET', base .. ':turn') or '0')
  local text = string.format('%.0f', math.max(last + 1, time[1] * 1000000 + time[2]))
  redis.call('SET', base .. ':turn', text)
  redis.call('ZADD', unannounced, text, user)
  return text
end

-- The sequence number of the user's unacknowledged entry to ONLINE, or an empty string.
local function pendingOnlineSeq(user)
  return redis.call('HGET', pendingEntries, user) or ''
end

-- The user has entered ONLINE. Returns the sequence number of that.
local function enterOnline(user)
  local seq = nextChangeSeq(user)
  redis.call('HSET', pendingEntries, user, seq)
  return seq
end

-- The user has left ONLINE. Deletes the attributes. Returns {sequence number, that of the unacknowledged entry, attributes...}.
local function leaveOnline(user)
  local key = base .. ':attributes:' .. user
  local attributes = redis.call('HGETALL', key)
  redis.call('DEL', key)
  return { nextChangeSeq(user), pendingOnlineSeq(user), unpack(attributes) }
end

-- The marker in the held set lets a drain find the users whose sockets it has to remove.
local function setSockets(incarnation, user, ids)
  local key, held, marker = base .. ':sockets:' .. user, base .. ':held:' .. incarnation, '\0' .. user
  if ids == '' then
    redis.call('HDEL', key, incarnation)
    redis.call('SREM', held, marker)
  else
    redis.call('HSET', key, incarnation, ids)
    redis.call('SADD', held, marker)
  end
end

local function removeSockets(incarnation, user)
  redis.call('HDEL', base .. ':sockets:' .. user, incarnation)
end

local function setAttributes(unlessSet, user, patch)
  local key = base .. ':attributes:' .. user
  if redis.call('HEXISTS', base .. ':group:' .. ONLINE, user) == 0 then return end
  if unlessSet == '1' and redis.call('EXISTS', key) == 1 then return end
  for name, value in pairs(cjson.decode(patch)) do
    if value == cjson.null then redis.call('HDEL', key, name) else redis.call('HSET', key, name, value) end
  end
end

local function acknowledge(user, upTo)
  local seq = redis.call('ZSCORE', unannounced, user)
  if seq and tonumber(seq) <= tonumber(upTo) then redis.call('ZREM', unannounced, user) end
  local onlineSeq = pendingOnlineSeq(user)
  if onlineSeq ~= '' and tonumber(onlineSeq) <= tonumber(upTo) then redis.call('HDEL', pendingEntries, user) end
end

-- S (sockets) - user list (JSON, empty for none) · A (attributes) 1-if-unless-set user patch (JSON) · T (next sequence number) - user - ·
-- D (acknowledge) - user number. Returns the sequence number and that of the unacknowledged entry, both empty except for T.
local function applyPresence(incarnation, kind, first, user, last)
  if kind == 'T' then return nextChangeSeq(user), pendingOnlineSeq(user) end
  if kind == 'S' then setSockets(incarnation, user, last) end
  if kind == 'A' then setAttributes(first, user, last) end
  if kind == 'D' then acknowledge(user, last) end
  return '', ''
end
