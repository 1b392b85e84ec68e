-- Renews a lease. KEYS[1]: the base. ARGV: incarnation, TTL in ms. Answers 1, or 0 if the incarnation has no lease any more.
-- Expiry: as in open-incarnation.lua.
--- @include "includes/membership"
if not redis.call('ZSCORE', leases, ARGV[1]) then return 0 end
redis.call('ZADD', leases, now() + ARGV[2], ARGV[1])
return 1
