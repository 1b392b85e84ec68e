-- Lists the players of all nodes. KEYS[1]: the base. No ARGV. Answers each ZonePlayer as JSON. Expiry: none is set.
--- @include "includes/positions"
local players = {}
for _, node in ipairs(redis.call('SMEMBERS', nodes)) do
  for _, player in ipairs(redis.call('HVALS', nodeKey(node))) do
    if player ~= '' then players[#players + 1] = string.sub(player, string.find(player, ' ', 1, true) + 1) end
  end
end
return players
