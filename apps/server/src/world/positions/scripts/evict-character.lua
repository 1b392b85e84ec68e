-- Removes a character from all nodes. KEYS[1]: the base. ARGV: id. Answers the number of nodes that had it. Expiry: none is set.
--- @include "includes/positions"
local removed = 0
for _, node in ipairs(redis.call('SMEMBERS', nodes)) do removed = removed + redis.call('HDEL', nodeKey(node), ARGV[1]) end
return removed
