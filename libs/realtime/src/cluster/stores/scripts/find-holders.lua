-- Finds the incarnations that hold a user in a group, including ended ones that have not been swept. KEYS[1]: the base. ARGV: group,
-- user. Answers the incarnations. Expiry: none is set.
--- @include "includes/membership"
if redis.call('HEXISTS', base .. ':group:' .. ARGV[1], ARGV[2]) == 0 then return {} end
local entry, found = ARGV[1] .. '\0' .. ARGV[2], {}
local function collect(incarnations)
  for _, incarnation in ipairs(incarnations) do
    if redis.call('SISMEMBER', base .. ':held:' .. incarnation, entry) == 1 then found[#found + 1] = incarnation end
  end
end
collect(redis.call('ZRANGE', leases, 0, -1))
collect(redis.call('SMEMBERS', ended))
return found
