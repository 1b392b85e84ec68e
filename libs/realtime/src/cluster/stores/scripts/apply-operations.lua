-- Applies operations in order. KEYS[1]: the base. ARGV: incarnation, then four per operation: J (join) group user capacity · L (leave)
-- group user - · those of applyPresence. Answers per operation a JSON list: outcome, sequence number, that of the unacknowledged entry
-- (both may be empty), then attributes as name, value, … Null, having done nothing, without a lease.
-- Expiry: none; see includes/membership.lua.
--- @include "includes/release"
local incarnation = ARGV[1]
local held = base .. ':held:' .. incarnation
if not redis.call('ZSCORE', leases, incarnation) then return false end

local function join(group, user, capacity)
  local members, entry = base .. ':group:' .. group, group .. '\0' .. user
  if redis.call('SISMEMBER', held, entry) == 1 then return { 'unchanged', '', '' } end
  if capacity and redis.call('HEXISTS', members, user) == 0 and redis.call('HLEN', members) >= capacity then return { 'full', '', '' } end
  redis.call('SADD', held, entry)
  if redis.call('HINCRBY', members, user, 1) > 1 then return { 'unchanged', '', '' } end
  return { 'entered', group == ONLINE and enterOnline(user) or '', '' }
end

local function leave(group, user)
  local left = redis.call('SREM', held, group .. '\0' .. user) == 1 and release(group, user)
  return left and { 'left', unpack(left, 3) } or { 'unchanged', '', '' }
end

local results = {}
for i = 2, #ARGV, 4 do
  local kind, first, user, last = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  if kind == 'J' then
    results[#results + 1] = join(first, user, tonumber(last))
  elseif kind == 'L' then
    results[#results + 1] = leave(first, user)
  else
    results[#results + 1] = { 'unchanged', applyPresence(incarnation, kind, first, user, last) }
  end
end
return cjson.encode(results)
