-- Reads missed entries in parts, so that Redis serves other clients in between. Needs includes/epoch.lua. `readRooms` reads a list of
-- {room, after, last} until the part is full. It returns the rest of the list, the orders and the other entries, each as number and
-- payload; nil if an entry after the offset was trimmed. A room without a stream has had no entry for as long as a session lives:
-- nothing is missing.
--- @constant PART_ROOMS

-- Bound of one part. A part exceeds it by at most one chunk of a room.
local PART_BYTES = 256 * 1024
-- Most entries of a room read at once; fewer if they are large.
local CHUNK = 256
local CHUNK_BYTES = 64 * 1024

local function hasAll(stream, after)
  local raw, info = redis.call('XINFO', 'STREAM', stream), {}
  for i = 1, #raw, 2 do info[raw[i]] = raw[i + 1] end
  local first, last = info['first-entry'], info['last-entry']
  local size = (first and #first[2][2] or 0) + (last and #last[2][2] or 0)
  if info['entries-added'] == info['length'] then return true, size end
  return first and tonumber(string.match(first[1], '^%d+')) <= after, size
end

local function readChunk(stream, after, last, count, into)
  local read, size = redis.call('XRANGE', stream, string.format('(%.0f-1', after), string.format('%.0f-1', last), 'COUNT', count), 0
  for _, e in ipairs(read) do
    local n, payload = string.match(e[1], '^%d+'), e[2][2]
    into[#into + 1] = n
    into[#into + 1] = payload
    size, after = size + #payload, tonumber(n)
  end
  return after, size, #read < count
end

local function readRooms(reads)
  local orders, records, bytes, at = {}, {}, 0, 1
  while at <= #reads and at <= PART_ROOMS and bytes <= PART_BYTES do
    local room, after, last = reads[at][1], reads[at][2], reads[at][3]
    local stream, into, count = base .. ':' .. epoch .. ':r:' .. room, records, 8
    local isDone = last <= after or redis.call('EXISTS', stream) == 0
    if not isDone then
      local whole, size = hasAll(stream, after)
      if not whole then return nil end
      bytes = bytes + size
    end
    if string.sub(room, 1, 1) == '!' then into = orders end
    -- At least one chunk even if the part is full: otherwise a large entry could keep the list from getting shorter.
    local chunks = 0
    while not isDone and (chunks == 0 or bytes <= PART_BYTES) do
      local size
      after, size, isDone = readChunk(stream, after, last, count, into)
      bytes, chunks = bytes + size, chunks + 1
      if size < CHUNK_BYTES then count = math.min(CHUNK, 2 * count) else count = math.max(1, math.floor(count / 2)) end
    end
    if isDone then at = at + 1 else
      reads[at][2] = after
      break
    end
  end
  local rest = {}
  for i = at, #reads do rest[#rest + 1] = reads[i] end
  return #rest == 0 and '' or cjson.encode(rest), orders, records
end

local function answer(out, rest, orders, records)
  out[#out + 1] = rest
  out[#out + 1] = tostring(#orders)
  for _, entries in ipairs({orders, records}) do
    for _, value in ipairs(entries) do out[#out + 1] = value end
  end
  return out
end
