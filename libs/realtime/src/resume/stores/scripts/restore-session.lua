-- Takes a session over and reads the first part of its missed entries. KEYS[1]: the base. ARGV: 1-2 as includes/epoch.lua, 3 pid, 4-5
-- epoch and number of the offset, 6 owner, 7 next owner, 8 rooms joined by missed orders (JSON), 9 expiry of the session from now.
-- Answers `restored`, own rooms (JSON), last number, id of the shared rooms, the number since which those count, their names (JSON),
-- and a part as read-part.lua does; or `moved` with the present owner; or unknown, epoch, future or trimmed, having changed nothing.
-- Expiry: as in save-sessions.lua. Streams outlive the sessions that can ask for them.
--- @include "includes/epoch"
--- @include "includes/sessions"
--- @include "includes/read-rooms"
local pid, offsetEpoch, offset, owner, nextOwner = ARGV[3], ARGV[4], tonumber(ARGV[5]), ARGV[6], ARGV[7]
local session = redis.call('HMGET', sessionKey(pid), 'owner', 'rooms', 'epoch', 'user', 'shared', 'since')
if not session[1] then return {'unknown'} end
if session[1] ~= owner and session[1] ~= nextOwner then return {'moved', session[1]} end
local shared, names = session[5] or '', nil
if shared ~= '' then
  names = redis.call('GET', roomsKey(shared))
  if not names then return {'unknown'} end
end
if epoch ~= offsetEpoch or session[3] ~= (names and '+' .. epoch or epoch) then return {'epoch'} end
local position = tonumber(head[3])
if offset > position then return {'future'} end
local reads = {}
local function addRead(room, since, last)
  if string.sub(room, 1, 1) ~= '!' then since = math.max(offset, since) end
  reads[#reads + 1] = {room, since, last > 0 and math.min(last, position) or position}
end
local own = cjson.decode(session[2])
for _, rooms in ipairs({own, cjson.decode(ARGV[8])}) do
  for room, intervals in pairs(rooms) do
    for i = 1, #intervals, 2 do addRead(room, intervals[i], intervals[i + 1]) end
  end
end
for _, room in ipairs(cjson.decode(names or '[]')) do
  if not own[room] then addRead(room, tonumber(session[6]), 0) end
end
local rest, orders, records = readRooms(reads)
if not rest then return {'trimmed'} end
redis.call('HSET', sessionKey(pid), 'owner', nextOwner)
renew(pid, session[4], shared, tonumber(ARGV[9]))
return answer({'restored', session[2], head[3], shared, session[6] or '0', names or '[]'}, rest, orders, records)
