-- Counts the players of all nodes. KEYS[1]: the base. No ARGV. Answers the number. Expiry: none is set.
--- @include "includes/positions"
local count = 0
for _, node in ipairs(redis.call('SMEMBERS', nodes)) do
  local players = redis.call('HLEN', nodeKey(node))
  if players > 0 then count = count + players - 1 end
end
return count
