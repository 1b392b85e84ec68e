-- Keys and helpers of all scripts for memberships. The hash tag of the base (KEYS[1]) puts every derived key into its slot. The keys, which
-- nodes of earlier releases use as well and which must not be renamed:
-- `:epoch` STRING written with the first lease; missing after Redis has lost its data
-- `:leases` ZSET incarnation → end of its lease, in milliseconds of Redis' clock
-- `:ended` SET of incarnations whose sweep has begun
-- `:held:<incarnation>` SET of `group NUL user`; with an empty group: the incarnation has sockets of that user
-- `:group:<group>` HASH user → number of incarnations that hold the user there
-- `:reply:<caller>` STRING: call id and answer of the caller's last drain, in case the answer was not received
-- and those of presence.lua. Only `:reply` expires. All other keys end with their content, which a sweep removes after the lease of its
-- node has ended: an expiry could drop a live node's members without an announcement.
local base = KEYS[1]
local leases, ended = base .. ':leases', base .. ':ended'

local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
