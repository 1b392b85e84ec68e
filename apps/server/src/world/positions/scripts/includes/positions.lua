-- Keys and helpers of the position store. All keys of a zone share the hash tag of the base (KEYS[1]):
-- `:nodes` SET of nodes that have or had characters in the zone
-- `:node:<node>` HASH character id → stay number, a space, ZonePlayer as JSON; the empty field marks a known node
-- Both expire. That is safe: a living node renews them, and enters its players again if they are missing; those of a dead one expire
-- after their leave has been announced, since the TTL is longer than a lease.

local base = KEYS[1]
local nodes = base .. ':nodes'
local function nodeKey(node) return base .. ':node:' .. node end

local function isPresent(id)
  for _, node in ipairs(redis.call('SMEMBERS', nodes)) do
    if redis.call('HEXISTS', nodeKey(node), id) == 1 then return true end
  end
  return false
end

local function stayOf(player) return tonumber(string.match(player, '^%d+')) end

local function renew(node, ttl)
  redis.call('PEXPIRE', nodeKey(node), ttl)
  redis.call('PEXPIRE', nodes, ttl)
end
