-- Renews announcements that have been unacknowledged for too long, so that no other caller gets them now. KEYS[1]: the base. ARGV:
-- that time in ms, most users. Answers user, sequence number, that of the unacknowledged entry or an empty string, user, …
-- Expiry: none; an announcement stays until it is acknowledged.
--- @include "includes/presence"
local time = redis.call('TIME')
local before = string.format('%.0f', time[1] * 1000000 + time[2] - ARGV[1] * 1000)
local answer = {}
for _, user in ipairs(redis.call('ZRANGEBYSCORE', unannounced, '-inf', before, 'LIMIT', 0, ARGV[2])) do
  answer[#answer + 1] = user
  answer[#answer + 1] = nextChangeSeq(user)
  answer[#answer + 1] = pendingOnlineSeq(user)
end
return answer
