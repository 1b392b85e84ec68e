-- Renews sessions. KEYS[1]: the base. ARGV: expiry, then per session: pid, owner. Answers per session 1, or 0 if it is missing or
-- has another owner. Expiry: as in save-sessions.lua; a session that has expired stays so.
--- @include "includes/sessions"
local ms = tonumber(ARGV[1])
local out = {}
for i = 2, #ARGV, 2 do
  local session = redis.call('HMGET', sessionKey(ARGV[i]), 'owner', 'user', 'shared')
  local isOwned = session[1] == ARGV[i + 1]
  if isOwned then renew(ARGV[i], session[2], session[3], ms) end
  out[#out + 1] = isOwned and 1 or 0
end
return out
