-- Reads the log of all rooms. KEYS[1]: the base. ARGV: 1-2 as includes/epoch.lua, 3 epoch, 4 number after which to read. Answers
-- `read`, epoch, last number, then number and payload per entry; or `epoch` or `trimmed` with epoch and last number.
-- Expiry: none is set. A log that has expired with entries after that number is answered with `trimmed`.
--- @include "includes/epoch"

-- Bound of one read of the log; the node continues from its last entry.
local READ_BYTES = 4 * 1024 * 1024

if epoch ~= ARGV[3] then return {'epoch', epoch, head[3]} end
local key = base .. ':' .. epoch .. ':log'
local after = tonumber(ARGV[4])
if tonumber(head[3]) > after then
  local first = redis.call('XRANGE', key, '-', '+', 'COUNT', 1)[1]
  if not first then return {'trimmed', epoch, head[3]} end
  if tonumber(string.match(first[1], '^%d+')) > after + 1 then
    local raw, info = redis.call('XINFO', 'STREAM', key), {}
    for i = 1, #raw, 2 do info[raw[i]] = raw[i + 1] end
    -- Otherwise nothing was removed: failed appends have used up numbers without adding entries.
    if info['entries-added'] > info['length'] then return {'trimmed', epoch, head[3]} end
  end
end
local out = {'read', epoch, head[3]}
local from, bytes = '(' .. ARGV[4] .. '-1', 0
for _ = 1, 10 do
  local read = redis.call('XRANGE', key, from, '+', 'COUNT', 100)
  for _, e in ipairs(read) do
    if bytes > READ_BYTES then return out end
    bytes = bytes + #e[2][2]
    from = '(' .. e[1]
    out[#out + 1] = string.match(e[1], '^%d+')
    out[#out + 1] = e[2][2]
  end
  if #read < 100 then break end
end
return out
