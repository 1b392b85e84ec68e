-- Saves sessions. KEYS[1]: the base. ARGV: most sessions per user, longest expiry of a suspended session, then 12 per session: pid,
-- owner, socket, user, login, epoch, own rooms (JSON), 1 if it may be new, expiry, id of the shared rooms or empty, the number since
-- which those count, their names (JSON) or empty if stored. Answers per session: saved, foreign (another owner has it), absent (not
-- stored and not new), or unshared (the shared rooms are not stored; repeat with their names).
-- Expiry: a session expires after the given time; the keys it uses are extended to expire no earlier.
--- @include "includes/sessions"
local maxSessions, suspendedMs = tonumber(ARGV[1]), tonumber(ARGV[2])

-- Sessions of connected sockets expire later than any suspended one can, so that only suspended ones are deleted.
local function enforceUserLimit(user)
  local key, time = userKey(user), now()
  if redis.call('ZCARD', key) <= maxSessions then return end
  redis.call('ZREMRANGEBYSCORE', key, '-inf', string.format('%.0f', time))
  local excess = redis.call('ZCARD', key) - maxSessions
  if excess <= 0 then return end
  for _, pid in ipairs(redis.call('ZRANGEBYSCORE', key, '-inf', string.format('%.0f', time + suspendedMs), 'LIMIT', 0, excess)) do
    redis.call('DEL', sessionKey(pid))
    redis.call('ZREM', key, pid)
  end
end
local function save(pid, owner, socket, user, login, epoch, rooms, isNew, ms, shared, since, names)
  local storedOwner = redis.call('HGET', sessionKey(pid), 'owner')
  if storedOwner and storedOwner ~= owner then return 'foreign' end
  if not storedOwner and isNew ~= '1' then return 'absent' end
  if shared ~= '' then
    if names ~= '' then redis.call('SETNX', roomsKey(shared), names)
    elseif redis.call('EXISTS', roomsKey(shared)) == 0 then return 'unshared' end
    -- Nodes of releases without shared rooms would restore only the own ones: to them the prefix is a different epoch.
    epoch = '+' .. epoch
  end
  redis.call('HSET', sessionKey(pid), 'owner', owner, 'socket', socket, 'user', user, 'login', login, 'epoch', epoch,
    'rooms', rooms, 'shared', shared, 'since', since)
  renew(pid, user, shared, tonumber(ms))
  enforceUserLimit(user)
  return 'saved'
end
local out = {}
for i = 3, #ARGV, 12 do out[#out + 1] = save(unpack(ARGV, i, i + 11)) end
return out
