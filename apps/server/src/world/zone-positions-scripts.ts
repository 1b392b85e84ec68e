/**
 * What Redis does to positions, each script atomic. All keys of a zone share the hash tag of KEYS[1], the base:
 * `:nodes` SET of nodes that have or had somebody in the zone
 * `:node:<node>` HASH character id → ZonePlayer as JSON; the empty field marks a node that is known. Both expire.
 */
import type { Redis } from 'ioredis';

export type PositionsRedis = Redis & {
  positionsEnter(base: string, node: string, ttlMs: number, ...idsAndPlayers: string[]): Promise<null>;
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

local function renew(node, ttl)
  redis.call('PEXPIRE', of(node), ttl)
  redis.call('PEXPIRE', nodes, ttl)
end
`;

/** ARGV: node, TTL, then id and player in turn. */
const ENTER = `${PRELUDE}
local me = ARGV[1]
for _, node in ipairs(redis.call('SMEMBERS', nodes)) do
  if redis.call('EXISTS', of(node)) == 0 then
    redis.call('SREM', nodes, node)
  elseif node ~= me then
    for i = 3, #ARGV, 2 do redis.call('HDEL', of(node), ARGV[i]) end
  end
end
redis.call('SADD', nodes, me)
redis.call('HSET', of(me), '', '')
for i = 3, #ARGV, 2 do redis.call('HSET', of(me), ARGV[i], ARGV[i + 1]) end
renew(me, ARGV[2])
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
    if player ~= '' then players[#players + 1] = player end
  end
end
return players
`;

const SCRIPTS = { Enter: ENTER, Update: UPDATE, Forget: FORGET, Has: HAS, Count: COUNT, Snapshot: SNAPSHOT };

export function definePositionScripts(redis: Redis): PositionsRedis {
  for (const [name, lua] of Object.entries(SCRIPTS)) redis.defineCommand(`positions${name}`, { numberOfKeys: 1, lua });
  return redis as PositionsRedis;
}
