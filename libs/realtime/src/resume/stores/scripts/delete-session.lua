-- Deletes a session. KEYS[1]: the base. ARGV: pid, owner. Answers 1, or 0 if it is missing or has another owner. Expiry: none is
-- set; the shared rooms, which other sessions may use, are left to expire.
--- @include "includes/sessions"
local session = redis.call('HMGET', sessionKey(ARGV[1]), 'owner', 'user')
if session[1] ~= ARGV[2] then return 0 end
redis.call('ZREM', userKey(session[2]), ARGV[1])
return redis.call('DEL', sessionKey(ARGV[1]))
