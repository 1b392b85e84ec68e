-- Takes tokens from a bucket: the algorithm of `TokenBucket`, by the clock of Redis. KEYS[1]: the bucket. ARGV: milliseconds per
-- token, capacity in milliseconds, cost in milliseconds. Answers 1 if allowed or else 0, tokens left, milliseconds to wait.
-- Expiry: with the last missing token; a bucket that does not exist is full.
--- @constant ROUNDING_MS
local perToken, capacity, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local ahead = (tonumber(redis.call('GET', KEYS[1])) or 0) - now
local missing = math.min(capacity, math.max(0, ahead))
local wait = missing + cost - capacity
local allowed = wait <= ROUNDING_MS
local left = allowed and missing + cost or missing
if allowed or ahead > capacity then
  redis.call('SET', KEYS[1], string.format('%.4f', now + left), 'PX', math.ceil(left))
end
local remaining = math.max(0, math.floor((capacity - left + ROUNDING_MS) / perToken))
return { allowed and 1 or 0, remaining, allowed and 0 or math.ceil(wait - ROUNDING_MS) }
