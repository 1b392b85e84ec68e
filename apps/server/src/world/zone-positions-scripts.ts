/**
 * What Redis does to positions, each script atomic. All keys of a zone share the hash tag of KEYS[1], the base:
 * `:nodes` SET of nodes that have or had somebody in the zone
 * `:node:<node>` HASH character id → number of its stay, a blank, ZonePlayer as JSON; the empty field marks a node that is known. Both expire.
 */
import type { Redis } from 'ioredis';

export type PositionsRedis = Redis & {
  positionsEnter(
    base: string,
    node: string,
    ttlMs: number,
    ...idsAndPlayers: string[]
  ): Promise<[known: string[], taken: string[]]>;
  positionsUpdate(
    base: string,
    node: string,
    ttlMs: number,
    ...idsAndPlayers: string[]
  ): Promise<[taken: string[], gone: string[]] | null>;
  positionsForget(base: string, characterId: string): Promise<number>;
  positionsHas(base: string, characterId: string): Promise<number>;
  positionsCount(base: string): Promise<number>;
  positionsSnapshot(base: string): Promise<string[]>;
};

const PRELUDE = `
local base = KEYS[1]
local nodes = base .. ':nodes'
local function of(node) return base .. ':node:' .. node end

local function held(id)
  for _, node in ipairs(redis.call('SMEMBERS', nodes)) do
    if redis.call('HEXISTS', of(node), id) == 1 then return true end
  end
  return false
end

local function stayOf(player) return tonumber(string.match(player, '^%d+')) end

local function renew(node, ttl)
  redis.call('PEXPIRE', of(node), ttl)
  redis.call('PEXPIRE', nodes, ttl)
end
`;

/**
 * ARGV: node, TTL, then id and player in turn. Answers the ids that were there already, and those of which another node has
 * a later stay, which are left there.
 */
const ENTER = `${PRELUDE}
local me = ARGV[1]
local known, taken, later = {}, {}, {}
for _, node in ipairs(redis.call('SMEMBERS', nodes)) do
  if redis.call('EXISTS', of(node)) == 0 then
    redis.call('SREM', nodes, node)
  else
    for i = 3, #ARGV, 2 do
      local id = ARGV[i]
      local there = redis.call('HGET', of(node), id)
      if there and node ~= me and stayOf(there) > stayOf(ARGV[i + 1]) then
        later[id] = true
        taken[#taken + 1] = id
      elseif there then
        known[#known + 1] = id
        if node ~= me then redis.call('HDEL', of(node), id) end
      end
    end
  end
end
redis.call('SADD', nodes, me)
redis.call('HSET', of(me), '', '')
for i = 3, #ARGV, 2 do
  if not later[ARGV[i]] then redis.call('HSET', of(me), ARGV[i], ARGV[i + 1]) end
end
renew(me, ARGV[2])
return { known, taken }
`;

/** ARGV as for ENTER. Answers the ids that other nodes have and those that none has, or nil where the node is unknown. */
const UPDATE = `${PRELUDE}
local mine = of(ARGV[1])
if redis.call('HEXISTS', mine, '') == 0 then return false end
local taken, gone = {}, {}
for i = 3, #ARGV, 2 do
  if redis.call('HEXISTS', mine, ARGV[i]) == 1 then
    redis.call('HSET', mine, ARGV[i], ARGV[i + 1])
  elseif held(ARGV[i]) then
    taken[#taken + 1] = ARGV[i]
  else
    gone[#gone + 1] = ARGV[i]
  end
end
renew(ARGV[1], ARGV[2])
return { taken, gone }
`;

const FORGET = `${PRELUDE}
local removed = 0
for _, node in ipairs(redis.call('SMEMBERS', nodes)) do removed = removed + redis.call('HDEL', of(node), ARGV[1]) end
return removed
`;

const HAS = `${PRELUDE}
return held(ARGV[1]) and 1 or 0
`;

const COUNT = `${PRELUDE}
local count = 0
for _, node in ipairs(redis.call('SMEMBERS', nodes)) do
  local players = redis.call('HLEN', of(node))
  if players > 0 then count = count + players - 1 end
end
return count
`;

const SNAPSHOT = `${PRELUDE}
local players = {}
for _, node in ipairs(redis.call('SMEMBERS', nodes)) do
  for _, player in ipairs(redis.call('HVALS', of(node))) do
    if player ~= '' then players[#players + 1] = string.sub(player, string.find(player, ' ', 1, true) + 1) end
  end
end
return players
`;

const SCRIPTS = { Enter: ENTER, Update: UPDATE, Forget: FORGET, Has: HAS, Count: COUNT, Snapshot: SNAPSHOT };

export function definePositionScripts(redis: Redis): PositionsRedis {
  for (const [name, lua] of Object.entries(SCRIPTS)) redis.defineCommand(`positions${name}`, { numberOfKeys: 1, lua });
  return redis as PositionsRedis;
}
