/**
 * The Lua of the journal. Keys are made from one base with a hash tag, so that all of them are in one slot:
 * base = epoch, run id, count; base:<epoch>:log and base:<epoch>:r:<room> = streams whose ids are the count;
 * base:t:<key> = latest version and dedup key of the versioned events of a key; base:<epoch>:o:<source> = the highest number a source has
 * submitted. For those of sessions see `session-scripts.ts`, for what one has missed `restore-scripts.ts`.
 */
// A counter, not a clock, names entries: a gap shows itself, and ids neither tie nor jump. Another server under the same
// address (an empty restart, a failover) may have lost entries, so that the count must not go on as if nothing were.
// ARGV: run id, a random name for a new epoch.
export const EPOCH = `
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

// Large events count for more: a room is bounded in bytes as well as in entries, by the mean size of its latest entries.
// Where none has been large, nothing is counted.
const MOST_BYTES = 64 * 1024 * 1024;
const SMALL_BYTES = 512;
/** Of a read of the log; the node that asks reads on from there. */
const READ_BYTES = 4 * 1024 * 1024;

// Entries that are older than any session that could ask for them go, so that a stream in which something is said now and
// then does not grow to its bound. Entries are numbered, not timed: the base remembers where the count stood a period ago
// ('old') and at the beginning of this period ('mark'). A stream is trimmed once in a period, and only when a large entry is
// added to it, or one of so many small ones: those cost little. The last old one stays: it shows that nothing after it is gone.
const TRIM_ONE_IN = 64;
const TRIM_OLD = `
local function periodStart(n)
  local time = redis.call('TIME')
  local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  local h = redis.call('HMGET', b, 'markAt', 'mark', 'old')
  if h[1] and now - tonumber(h[1]) < tonumber(ARGV[6]) then return h[3] end
  redis.call('HSET', b, 'markAt', string.format('%.0f', now), 'mark', n, 'old', h[2] or '0')
  return h[2] or '0'
end
local function trimOld(name, key, n)
  local old = periodStart(n)
  if old == '0' then return end
  local done = b .. ':' .. epoch .. ':trimmed:' .. old
  if redis.call('SADD', done, name) == 0 then return end
  redis.call('PEXPIRE', done, 2 * tonumber(ARGV[6]))
  local last = redis.call('XREVRANGE', key, old .. '-1', '-', 'COUNT', 1)[1]
  if last then redis.call('XTRIM', key, 'MINID', '~', last[1]) end
end
`;

/** ARGV: run, random, publish, channel, source, keep, most per room, most in the log, count, then seq, payload, version or nothing, n rooms, rooms. */
export const APPEND = `${EPOCH}
local seen = b .. ':' .. epoch .. ':o:' .. ARGV[5]
local highest = tonumber(redis.call('GET', seen) or '0')
${TRIM_OLD}
local function add(name, most, n, payload)
  local key, heavy = b .. ':' .. epoch .. ':' .. name, b .. ':' .. epoch .. ':w:' .. name
  local mean = redis.call('GET', heavy)
  if mean or #payload > ${SMALL_BYTES} then
    local share = math.max(1 / 256, math.min(1, #payload / ${MOST_BYTES}))
    mean = tonumber(mean or ${SMALL_BYTES}) * (1 - share) + #payload * share
    redis.call('SET', heavy, mean, 'PX', ARGV[6])
    most = math.max(1, math.min(most, math.floor(${MOST_BYTES} / mean)))
  end
  -- One more than may be missed: it shows that nothing is gone between an offset and the first that was missed.
  redis.call('XADD', key, 'MAXLEN', '~', most + 1, n .. '-1', 'p', payload)
  redis.call('PEXPIRE', key, ARGV[6])
  if name ~= 'log' and (#payload > ${SMALL_BYTES} or tonumber(n) % ${TRIM_ONE_IN} == 0) then pcall(trimOld, name, key, n) end
end
-- Answers whether it is superseded, and what makes later ones so: called once it is added, or it would supersede itself when
-- it has to be added again. The field names are those of earlier releases, whose nodes may run beside this one.
local function isSuperseded(versioned)
  local version, keepMs, dedupKey, name = string.match(versioned, '^(%d+) (%d+) (%S*) (.*)$')
  local key = b .. ':t:' .. name
  local last = redis.call('HMGET', key, 'turn', 'says')
  local latest = tonumber(last[1] or '0')
  if tonumber(version) < latest then return true end
  local isDuplicate = dedupKey ~= '' and (tonumber(version) == latest or dedupKey == last[2])
  return isDuplicate, function()
    redis.call('HSET', key, 'turn', version, 'says', dedupKey ~= '' and dedupKey or last[2] or '')
    redis.call('PEXPIRE', key, keepMs)
  end
end
local function note(seq) redis.call('SET', seen, string.format('%.0f', seq), 'PX', 3600000) end
local function appendOne(payload, versioned, from, to)
  local n = string.format('%.0f', redis.call('HINCRBY', b, 'n', 1))
  local void, remember = false, nil
  if versioned ~= '' then void, remember = isSuperseded(versioned) end
  if void then payload = string.match(payload, '^[^\\n]*\\n?') end
  add('log', ARGV[8], n, payload)
  for i = from, void and 0 or to do
    add('r:' .. ARGV[i], ARGV[7], n, payload)
  end
  if remember then pcall(remember) end
  -- Without the right to publish the entry is kept once all the same: nodes find it in the log.
  redis.pcall(ARGV[3], ARGV[4], epoch .. ' ' .. n .. ' ' .. payload)
end
-- All of them are noted as known before the first is added: what is refused after that is not added twice.
local ends, at, last = {}, 10, highest
for i = 1, tonumber(ARGV[9]) do
  last = math.max(last, tonumber(ARGV[at]))
  ends[i] = at + 3 + tonumber(ARGV[at + 3])
  at = ends[i] + 1
end
note(last)
at = 10
for i = 1, #ends do
  local seq = tonumber(ARGV[at])
  if seq > highest then
    local done, problem = pcall(appendOne, ARGV[at + 1], ARGV[at + 2], at + 4, ends[i])
    if not done then
      note(highest)
      return redis.error_reply(type(problem) == 'table' and problem.err or tostring(problem))
    end
    highest = seq
  end
  at = ends[i] + 1
end
return 1`;

/** ARGV: run, random, epoch, n. */
export const LOG = `${EPOCH}
if epoch ~= ARGV[3] then return {'epoch', epoch, h[3]} end
local key = b .. ':' .. epoch .. ':log'
local after = tonumber(ARGV[4])
if tonumber(h[3]) > after then
  local first = redis.call('XRANGE', key, '-', '+', 'COUNT', 1)[1]
  if not first then return {'trimmed', epoch, h[3]} end
  if tonumber(string.match(first[1], '^%d+')) > after + 1 then
    local raw, info = redis.call('XINFO', 'STREAM', key), {}
    for i = 1, #raw, 2 do info[raw[i]] = raw[i + 1] end
    -- Otherwise appends have broken off, and their numbers have no entries.
    if info['entries-added'] > info['length'] then return {'trimmed', epoch, h[3]} end
  end
end
local out = {'read', epoch, h[3]}
local from, bytes = '(' .. ARGV[4] .. '-1', 0
for _ = 1, 10 do
  local read = redis.call('XRANGE', key, from, '+', 'COUNT', 100)
  for _, e in ipairs(read) do
    if bytes > ${READ_BYTES} then return out end
    bytes = bytes + #e[2][2]
    from = '(' .. e[1]
    out[#out + 1] = string.match(e[1], '^%d+')
    out[#out + 1] = e[2][2]
  end
  if #read < 100 then break end
end
return out`;
