-- Opens an incarnation. KEYS[1]: the base. ARGV: incarnation, TTL in ms, the epoch to write if the key is missing. Answers the epoch.
-- Expiry: none; the lease is a score, which sweep-ended.lua compares with the time.
--- @include "includes/membership"
redis.call('SET', base .. ':epoch', ARGV[3], 'NX')
redis.call('ZADD', leases, now() + ARGV[2], ARGV[1])
redis.call('SREM', ended, ARGV[1])
return redis.call('GET', base .. ':epoch')
