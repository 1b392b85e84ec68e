/**
 * The Lua of the journal. Keys are made from one base with a hash tag, so that all of them are in one slot:
 * base = epoch, run id, count; base:<epoch>:log and base:<epoch>:r:<room> = streams whose ids are the count;
 * base:s:<pid> = a session; base:<epoch>:o:<source> = the highest number a source has submitted.
 */

// A counter, not a clock, names entries: a gap shows itself, and ids neither tie nor jump. Another server under the same
// address (an empty restart, a failover) may have lost entries, so that the count must not go on as if nothing were.
// ARGV: run id, a random name for a new epoch.
const EPOCH = `
local b = KEYS[1]
local h = redis.call('HMGET', b, 'epoch', 'run', 'n')
if not h[1] or h[2] ~= ARGV[1] then
  h = {ARGV[2], ARGV[1], '0'}
  redis.call('DEL', b)
  redis.call('HSET', b, 'epoch', h[1], 'run', h[2], 'n', h[3])
end
local epoch = h[1]
`;

export const HELLO = `${EPOCH}
return {epoch, h[3]}`;

// Large events count for more: a room is bounded in bytes as well as in entries.
const MOST_BYTES = 16 * 1024 * 1024;

/** ARGV: run, random, publish, channel, source, keep, most per room, most in the log, count, then seq, payload, n rooms, rooms. */
export const APPEND = `${EPOCH}
local seen = b .. ':' .. epoch .. ':o:' .. ARGV[5]
local highest = tonumber(redis.call('GET', seen) or '0')
local at = 10
for _ = 1, tonumber(ARGV[9]) do
  local seq, payload, rooms = tonumber(ARGV[at]), ARGV[at + 1], tonumber(ARGV[at + 2])
  if seq > highest then
    highest = seq
    local n = string.format('%.0f', redis.call('HINCRBY', b, 'n', 1))
    local fit = math.max(1, math.floor(${MOST_BYTES} / (#payload + 1)))
    redis.call('XADD', b .. ':' .. epoch .. ':log', 'MAXLEN', '~', math.min(fit, ARGV[8]), n .. '-1', 'p', payload)
    for i = at + 3, at + 2 + rooms do
      local key = b .. ':' .. epoch .. ':r:' .. ARGV[i]
      redis.call('XADD', key, 'MAXLEN', '~', math.min(fit, ARGV[7]), n .. '-1', 'p', payload)
      redis.call('PEXPIRE', key, ARGV[6])
    end
    redis.call(ARGV[3], ARGV[4], epoch .. ' ' .. n .. ' ' .. payload)
  end
  at = at + 3 + rooms
end
redis.call('SET', seen, string.format('%.0f', highest), 'PX', 3600000)
redis.call('PEXPIRE', b .. ':' .. epoch .. ':log', ARGV[6])
return 1`;

/** ARGV: run, random, epoch, n. */
export const LOG = `${EPOCH}
if epoch ~= ARGV[3] then return {'epoch', epoch, h[3]} end
local key = b .. ':' .. epoch .. ':log'
local after = tonumber(ARGV[4])
if tonumber(h[3]) > after then
  local first = redis.call('XRANGE', key, '-', '+', 'COUNT', 1)[1]
  if not first or tonumber(string.match(first[1], '^%d+')) > after + 1 then return {'trimmed', epoch, h[3]} end
end
local out = {'read', epoch, h[3]}
for _, e in ipairs(redis.call('XRANGE', key, '(' .. ARGV[4] .. '-1', '+', 'COUNT', 1000)) do
  out[#out + 1] = string.match(e[1], '^%d+')
  out[#out + 1] = e[2][2]
end
return out`;

/** ARGV per session: pid, owner, socket, user, epoch, rooms, least, fresh, keep. */
export const SAVE = `
local out = {}
for i = 1, #ARGV, 9 do
  local key = KEYS[1] .. ':s:' .. ARGV[i]
  local owner = redis.call('HGET', key, 'owner')
  if owner and owner ~= ARGV[i + 1] then
    out[#out + 1] = 'foreign'
  elseif not owner and ARGV[i + 7] ~= '1' then
    out[#out + 1] = 'absent'
  else
    redis.call('HSET', key, 'owner', ARGV[i + 1], 'socket', ARGV[i + 2], 'user', ARGV[i + 3], 'epoch', ARGV[i + 4],
      'rooms', ARGV[i + 5], 'least', ARGV[i + 6])
    redis.call('PEXPIRE', key, ARGV[i + 8])
    out[#out + 1] = 'saved'
  end
end
return out`;

/** ARGV: keep, then per session: pid, owner. */
export const TOUCH = `
local out = {}
for i = 2, #ARGV, 2 do
  local key = KEYS[1] .. ':s:' .. ARGV[i]
  if redis.call('HGET', key, 'owner') == ARGV[i + 1] then
    redis.call('PEXPIRE', key, ARGV[1])
    out[#out + 1] = 1
  else
    out[#out + 1] = 0
  end
end
return out`;

/** ARGV: pid, owner. */
export const DROP = `
local key = KEYS[1] .. ':s:' .. ARGV[1]
if redis.call('HGET', key, 'owner') == ARGV[2] then return redis.call('DEL', key) end
return 0`;

/** ARGV: run, random, pid, epoch, n, owner, next owner, joined rooms, keep. Trimmed: the first entry kept lies beyond the offset. */
export const RESTORE = `${EPOCH}
local key = b .. ':s:' .. ARGV[3]
local s = redis.call('HMGET', key, 'owner', 'rooms', 'epoch', 'least')
if not s[1] then return {'unknown'} end
if s[1] ~= ARGV[6] and s[1] ~= ARGV[7] then return {'moved', s[1]} end
if epoch ~= ARGV[4] or s[3] ~= epoch then return {'epoch'} end
local offset = tonumber(ARGV[5])
if offset > tonumber(h[3]) then return {'future'} end
if offset < tonumber(s[4]) then return {'stale'} end
local rooms = cjson.decode(s[2])
for room, span in pairs(cjson.decode(ARGV[8])) do rooms[room] = span end
rooms['*'] = {0, 0}
local out = {'restored', s[2], h[3]}
local seen = {}
for room, span in pairs(rooms) do
  local stream = b .. ':' .. epoch .. ':r:' .. room
  local from, to = math.max(offset, tonumber(span[1])), '+'
  if tonumber(span[2]) > 0 then to = string.format('%.0f-1', span[2]) end
  if (to == '+' or tonumber(span[2]) > from) and redis.call('EXISTS', stream) == 1 then
    local raw, info = redis.call('XINFO', 'STREAM', stream), {}
    for i = 1, #raw, 2 do info[raw[i]] = raw[i + 1] end
    local first = info['first-entry']
    if info['entries-added'] > info['length'] then
      if not first or tonumber(string.match(first[1], '^%d+')) > from then return {'trimmed'} end
    end
    for _, e in ipairs(redis.call('XRANGE', stream, string.format('(%.0f-1', from), to)) do
      local n = string.match(e[1], '^%d+')
      if not seen[n] then
        seen[n] = true
        out[#out + 1] = n
        out[#out + 1] = e[2][2]
      end
    end
  end
end
redis.call('HSET', key, 'owner', ARGV[7])
redis.call('PEXPIRE', key, ARGV[9])
return out`;
