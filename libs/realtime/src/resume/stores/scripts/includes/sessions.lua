-- Helpers for the keys of sessions. The hash tag of the base (KEYS[1]) puts all derived keys into one slot. Times are in milliseconds.
-- Nodes of earlier releases use the same keys and fields, which therefore must not be changed:
-- `base:s:<pid>` HASH a session. Expires with its window; while its socket is connected, the node renews it four times per window.
-- `base:u:<user>` ZSET pids of a user by expiry time. Expires with the last of these sessions.
-- `base:rooms:<id>` STRING JSON list of room names that sessions share; the id is a hash of them. Expires with the last session
-- that uses it; save-sessions.lua and restore-session.lua detect a missing one.

local base = KEYS[1]

local function now()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end
local function sessionKey(pid) return base .. ':s:' .. pid end
local function userKey(user) return base .. ':u:' .. user end
local function roomsKey(id) return base .. ':rooms:' .. id end
-- Several sessions use the key: its expiry is only ever extended.
local function extend(key, ms)
  if redis.call('PTTL', key) < ms then redis.call('PEXPIRE', key, ms) end
end
-- Renews the expiry of a session and of the keys that it uses.
local function renew(pid, user, shared, ms)
  redis.call('PEXPIRE', sessionKey(pid), ms)
  redis.call('ZADD', userKey(user), string.format('%.0f', now() + ms), pid)
  extend(userKey(user), ms)
  if shared and shared ~= '' then extend(roomsKey(shared), ms) end
end
