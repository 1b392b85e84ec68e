-- Shared by apply-operations.lua and drain.lua. `release` decrements the user's holders in the group. Returns nil while other
-- incarnations hold the user there, else {group, user, then as leaveOnline}; both numbers are empty in groups other than ONLINE.
--- @include "presence"
local function release(group, user)
  local members = base .. ':group:' .. group
  if redis.call('HINCRBY', members, user, -1) > 0 then return nil end
  redis.call('HDEL', members, user)
  if group ~= ONLINE then return { group, user, '', '' } end
  return { group, user, unpack(leaveOnline(user)) }
end
