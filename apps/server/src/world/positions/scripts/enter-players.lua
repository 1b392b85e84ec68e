-- Enters players of a node. KEYS[1]: the base. ARGV: node, TTL, then pairs of id and player. Answers the ids that were present already,
-- and those that another node has in a later stay; that node keeps them. Expiry: see includes/positions.lua.
--- @include "includes/positions"
local ownNode = ARGV[1]
local known, taken, later = {}, {}, {}
for _, node in ipairs(redis.call('SMEMBERS', nodes)) do
  if redis.call('EXISTS', nodeKey(node)) == 0 then
    redis.call('SREM', nodes, node)
  else
    for i = 3, #ARGV, 2 do
      local id = ARGV[i]
      local existing = redis.call('HGET', nodeKey(node), id)
      if existing and node ~= ownNode and stayOf(existing) > stayOf(ARGV[i + 1]) then
        later[id] = true
        taken[#taken + 1] = id
      elseif existing then
        known[#known + 1] = id
        if node ~= ownNode then redis.call('HDEL', nodeKey(node), id) end
      end
    end
  end
end
redis.call('SADD', nodes, ownNode)
redis.call('HSET', nodeKey(ownNode), '', '')
for i = 3, #ARGV, 2 do
  if not later[ARGV[i]] then redis.call('HSET', nodeKey(ownNode), ARGV[i], ARGV[i + 1]) end
end
renew(ownNode, ARGV[2])
return { known, taken }
