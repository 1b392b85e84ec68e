/**
 * Lua scripts that take a session over and read its missed entries in parts, so that Redis serves other clients in between. For the keys see `recovery-scripts.ts`.
 */
import { EPOCH } from './recovery-scripts';
import { SESSION_HELPERS } from './session-scripts';

/** Bound of one part. A part exceeds it by at most one chunk of a room. */
const PART_BYTES = 256 * 1024;
export const PART_ROOMS = 100;
/** Entries of a room that are read at once, at most: fewer of large ones. */
const CHUNK = 256;
const CHUNK_BYTES = 64 * 1024;

// Reads a list of {room, after, last} until the part is full. Returns the rest of the list, the orders and the other entries,
// each as number and payload. Returns nil if an entry after the offset has been trimmed.
const READ_ROOMS = `
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
  while at <= #reads and at <= ${PART_ROOMS} and bytes <= ${PART_BYTES} do
    local room, after, last = reads[at][1], reads[at][2], reads[at][3]
    local stream, into, count = b .. ':' .. epoch .. ':r:' .. room, records, 8
    local isDone = last <= after or redis.call('EXISTS', stream) == 0
    if not isDone then
      local whole, size = hasAll(stream, after)
      if not whole then return nil end
      bytes = bytes + size
    end
    if string.sub(room, 1, 1) == '!' then into = orders end
    -- One chunk at least, however large what has been read is: the list gets shorter with each part.
    local chunks = 0
    while not isDone and (chunks == 0 or bytes <= ${PART_BYTES}) do
      local size
      after, size, isDone = readChunk(stream, after, last, count, into)
      bytes, chunks = bytes + size, chunks + 1
      if size < ${CHUNK_BYTES} then count = math.min(${CHUNK}, 2 * count) else count = math.max(1, math.floor(count / 2)) end
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
    for _, each in ipairs(entries) do out[#out + 1] = each end
  end
  return out
end
`;

/**
 * Takes a session over and reads the first part. KEYS[1] = base. ARGV: run, random, pid, epoch, n, owner, next owner, rooms
 * joined meanwhile (JSON), for how long it is kept from now. Answers restored, own rooms (JSON), n, id of the shared rooms,
 * the position from which on those count, their names (JSON), and what READ answers; or why not. Trimmed: the first entry
 * kept lies beyond the offset.
 */
export const RESTORE = `${EPOCH}
${SESSION_HELPERS}
${READ_ROOMS}
local pid, life, offset, owner, next = ARGV[3], ARGV[4], tonumber(ARGV[5]), ARGV[6], ARGV[7]
local s = redis.call('HMGET', sessionKey(pid), 'owner', 'rooms', 'epoch', 'user', 'shared', 'since')
if not s[1] then return {'unknown'} end
if s[1] ~= owner and s[1] ~= next then return {'moved', s[1]} end
local shared, names = s[5] or '', nil
if shared ~= '' then
  names = redis.call('GET', roomsKey(shared))
  if not names then return {'unknown'} end
end
if epoch ~= life or s[3] ~= (names and '+' .. epoch or epoch) then return {'epoch'} end
local position = tonumber(h[3])
if offset > position then return {'future'} end
local reads = {}
local function plan(room, since, last)
  if string.sub(room, 1, 1) ~= '!' then since = math.max(offset, since) end
  reads[#reads + 1] = {room, since, last > 0 and math.min(last, position) or position}
end
local own = cjson.decode(s[2])
for _, rooms in ipairs({own, cjson.decode(ARGV[8])}) do
  for room, spans in pairs(rooms) do
    for i = 1, #spans, 2 do plan(room, spans[i], spans[i + 1]) end
  end
end
for _, room in ipairs(cjson.decode(names or '[]')) do
  if not own[room] then plan(room, tonumber(s[6]), 0) end
end
local rest, orders, records = readRooms(reads)
if not rest then return {'trimmed'} end
redis.call('HSET', sessionKey(pid), 'owner', next)
keep(pid, s[4], shared, tonumber(ARGV[9]))
return answer({'restored', s[2], h[3], shared, s[6] or '0', names or '[]'}, rest, orders, records)`;

/**
 * Reads a further part. KEYS[1] = base. ARGV: run, random, epoch, the list to read (JSON). Answers read, what remains of the
 * list (JSON) or nothing, how many of the following are of orders, and per entry, orders first, its number and its payload;
 * or why not.
 */
export const READ = `${EPOCH}
${READ_ROOMS}
if epoch ~= ARGV[3] then return {'epoch'} end
local rest, orders, records = readRooms(cjson.decode(ARGV[4]))
if not rest then return {'trimmed'} end
return answer({'read'}, rest, orders, records)`;
