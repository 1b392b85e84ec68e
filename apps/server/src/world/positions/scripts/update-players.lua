-- Updates players of a node. KEYS[1]: the base. ARGV: node, TTL, then pairs of id and player. Answers the ids that other nodes have and
-- those that no node has, or nil if the node is unknown, as after an expiry. Expiry: see includes/positions.lua.
--- @include "includes/positions"
local ownKey = nodeKey(ARGV[1])
if redis.call('HEXISTS', ownKey, '') == 0 then return false end
local taken, missing = {}, {}
for i = 3, #ARGV, 2 do
  if redis.call('HEXISTS', ownKey, ARGV[i]) == 1 then
    redis.call('HSET', ownKey, ARGV[i], ARGV[i + 1])
  elseif isPresent(ARGV[i]) then
    taken[#taken + 1] = ARGV[i]
  else
    missing[#missing + 1] = ARGV[i]
  end
end
renew(ARGV[1], ARGV[2])
return { taken, missing }
