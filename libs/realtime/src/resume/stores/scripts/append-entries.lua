-- Appends entries in order and publishes each as `<epoch> <n> <payload>`. KEYS[1]: the base. ARGV: 1-2 as includes/epoch.lua,
-- 3 PUBLISH or SPUBLISH, 4 channel, 5 source, 6 expiry in ms, 7 most entries per room, 8 most in the log, 9 number of entries; then
-- per entry: seq, payload, `<version> <keepMs> <dedupKey> <key>` or empty, number of streams, streams. Answers 1, or the error of
-- the first entry that failed. Entries up to the source's highest seq are skipped, so that a repeated call appends nothing twice.
-- Expiry: each key is renewed with what is written to it; includes/epoch.lua says why no key is needed any more when it expires.
--- @include "includes/epoch"

-- Bounds a stream in bytes as well as in entries, by the mean size of its latest entries. Streams of small entries have no mean.
local MAX_BYTES = 64 * 1024 * 1024
local SMALL_BYTES = 512
local TRIM_CHECK_INTERVAL = 64

local seqKey = base .. ':' .. epoch .. ':o:' .. ARGV[5]
local highest = tonumber(redis.call('GET', seqKey) or '0')

-- Removes entries older than any session that could ask for them, so that a stream with rare entries does not grow to its bound.
-- Entries have numbers, not times: the base stores the number at the start of this period ('mark') and of the previous one
-- ('old'). A stream is trimmed once per period, when a large entry is added to it, or each 64th number: small entries cost
-- little. The last old entry stays: it proves that nothing after it has been removed.
local function periodStart(n)
  local time = redis.call('TIME')
  local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  local period = redis.call('HMGET', base, 'markAt', 'mark', 'old')
  if period[1] and now - tonumber(period[1]) < tonumber(ARGV[6]) then return period[3] end
  redis.call('HSET', base, 'markAt', string.format('%.0f', now), 'mark', n, 'old', period[2] or '0')
  return period[2] or '0'
end

local function trimOld(name, stream, n)
  local old = periodStart(n)
  if old == '0' then return end
  local trimmed = base .. ':' .. epoch .. ':trimmed:' .. old
  if redis.call('SADD', trimmed, name) == 0 then return end
  redis.call('PEXPIRE', trimmed, 2 * tonumber(ARGV[6]))
  local last = redis.call('XREVRANGE', stream, old .. '-1', '-', 'COUNT', 1)[1]
  if last then redis.call('XTRIM', stream, 'MINID', '~', last[1]) end
end

local function add(name, maxEntries, n, payload)
  local stream, meanKey = base .. ':' .. epoch .. ':' .. name, base .. ':' .. epoch .. ':w:' .. name
  local mean = redis.call('GET', meanKey)
  if mean or #payload > SMALL_BYTES then
    local weight = math.max(1 / 256, math.min(1, #payload / MAX_BYTES))
    mean = tonumber(mean or SMALL_BYTES) * (1 - weight) + #payload * weight
    redis.call('SET', meanKey, mean, 'PX', ARGV[6])
    maxEntries = math.max(1, math.min(maxEntries, math.floor(MAX_BYTES / mean)))
  end
  -- One entry more than can be missed: it proves that none between the offset and the first missed entry was removed.
  redis.call('XADD', stream, 'MAXLEN', '~', maxEntries + 1, n .. '-1', 'p', payload)
  redis.call('PEXPIRE', stream, ARGV[6])
  if name ~= 'log' and (#payload > SMALL_BYTES or tonumber(n) % TRIM_CHECK_INTERVAL == 0) then pcall(trimOld, name, stream, n) end
end

-- Returns whether the event is superseded or a duplicate, and a function that records its version. That is called after the
-- entry was added: an event whose append failed would otherwise supersede its own retry.
local function isSuperseded(versioned)
  local version, keepMs, dedupKey, name = string.match(versioned, '^(%d+) (%d+) (%S*) (.*)$')
  local key = base .. ':t:' .. name
  local last = redis.call('HMGET', key, 'turn', 'says')
  local latest = tonumber(last[1] or '0')
  if tonumber(version) < latest then return true end
  local isDuplicate = dedupKey ~= '' and (tonumber(version) == latest or dedupKey == last[2])
  return isDuplicate, function()
    redis.call('HSET', key, 'turn', version, 'says', dedupKey ~= '' and dedupKey or last[2] or '')
    redis.call('PEXPIRE', key, keepMs)
  end
end

local function recordSeq(seq) redis.call('SET', seqKey, string.format('%.0f', seq), 'PX', 3600000) end

local function appendOne(payload, versioned, from, to)
  local n = string.format('%.0f', redis.call('HINCRBY', base, 'n', 1))
  local isDropped, recordVersion = false, nil
  if versioned ~= '' then isDropped, recordVersion = isSuperseded(versioned) end
  if isDropped then payload = string.match(payload, '^[^\n]*\n?') end
  add('log', ARGV[8], n, payload)
  for i = from, isDropped and 0 or to do
    add('r:' .. ARGV[i], ARGV[7], n, payload)
  end
  if recordVersion then pcall(recordVersion) end
  -- If publishing is not permitted, the entry is in the log all the same, where nodes find it.
  redis.pcall(ARGV[3], ARGV[4], epoch .. ' ' .. n .. ' ' .. payload)
end

-- Recorded before the first entry is added: if a later command of this script fails, no entry is added twice.
local ends, at, last = {}, 10, highest
for i = 1, tonumber(ARGV[9]) do
  last = math.max(last, tonumber(ARGV[at]))
  ends[i] = at + 3 + tonumber(ARGV[at + 3])
  at = ends[i] + 1
end
recordSeq(last)
at = 10
for i = 1, #ends do
  local seq = tonumber(ARGV[at])
  if seq > highest then
    local isAppended, problem = pcall(appendOne, ARGV[at + 1], ARGV[at + 2], at + 4, ends[i])
    if not isAppended then
      recordSeq(highest)
      return redis.error_reply(type(problem) == 'table' and problem.err or tostring(problem))
    end
    highest = seq
  end
  at = ends[i] + 1
end
return 1
