-- Removes the memberships of ended incarnations, unless the caller's own lease has ended too: its clock or the store may be at fault
-- then. KEYS[1]: the base. ARGV: caller, call id, most memberships to remove, own incarnation. Answers as includes/drain.lua, which
-- also says why its answer may expire.
--- @include "includes/drain"
local time = now()
local own = tonumber(redis.call('ZSCORE', leases, ARGV[4]))
if own and own > time then
  for _, incarnation in ipairs(redis.call('ZRANGEBYSCORE', leases, '-inf', time, 'LIMIT', 0, 100)) do
    redis.call('ZREM', leases, incarnation)
    redis.call('SADD', ended, incarnation)
  end
  for _, incarnation in ipairs(redis.call('SMEMBERS', ended)) do drain(incarnation) end
end
return answer()
