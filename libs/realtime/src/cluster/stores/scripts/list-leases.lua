-- Lists the leases. KEYS[1]: the base. No ARGV. Answers incarnation, milliseconds left (negative if ended), incarnation, …
-- Expiry: none is set.
--- @include "includes/membership"
local found = redis.call('ZRANGE', leases, 0, -1, 'WITHSCORES')
local time = now()
for i = 2, #found, 2 do found[i] = found[i] - time end
return found
