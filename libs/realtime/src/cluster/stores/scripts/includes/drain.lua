-- Shared by sweep-ended.lua and retire-incarnations.lua. `answer` returns JSON: [1 if another call is needed, else 0, then a list as
-- `release` returns it per leave]. A call with the id of the stored answer gets that answer again, without the users that have joined
-- since. A caller cut off for longer than REPLY_TTL_MS loses the stored answer; claim-overdue.lua then returns the `online` changes
-- that were in it.
--- @include "release"
local REPLY_TTL_MS = 600000

local replyKey = base .. ':reply:' .. ARGV[1]
local call = ARGV[2] .. ' '
local stored = redis.call('GET', replyKey)
if stored and string.sub(stored, 1, #call) == call then
  local reply = {}
  for _, left in ipairs(cjson.decode(string.sub(stored, #call + 1))) do
    if type(left) == 'number' or redis.call('HEXISTS', base .. ':group:' .. left[1], left[2]) == 0 then
      reply[#reply + 1] = left
    end
  end
  return cjson.encode(reply)
end

local budget = tonumber(ARGV[3])
local reply = { 0 }

local function drain(incarnation)
  if budget == 0 then return end
  local entries = redis.call('SPOP', base .. ':held:' .. incarnation, budget)
  for _, entry in ipairs(entries) do
    local cut = string.find(entry, '\0', 1, true)
    local group, user = string.sub(entry, 1, cut - 1), string.sub(entry, cut + 1)
    if group == '' then
      removeSockets(incarnation, user)
    else
      reply[#reply + 1] = release(group, user)
    end
  end
  budget = budget - #entries
  if budget == 0 then return end
  redis.call('ZREM', leases, incarnation)
  redis.call('SREM', ended, incarnation)
end

local function answer()
  if budget == 0 then reply[1] = 1 end
  local text = cjson.encode(reply)
  redis.call('SET', replyKey, call .. text, 'PX', REPLY_TTL_MS)
  return text
end
