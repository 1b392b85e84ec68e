-- Opens the journal for a script. Sets `base`, `epoch`, and `head`: epoch, run id, last number. ARGV: 1 run id of the Redis process,
-- 2 unique name for a new epoch. The hash tag of the base (KEYS[1]) puts all derived keys into one slot. Nodes of earlier releases
-- use the same keys, fields and payloads, which therefore must not be changed:
-- `base` HASH epoch, run (id of the Redis process), n (last number), markAt, mark, old (see append-entries.lua). Never expires.
-- `base:<epoch>:log`, `base:<epoch>:r:<room>` STREAM of all entries, and of those of a room; ids are `<n>-1`. They expire
-- `roomKeepMs` after their last entry, when every session that could ask for it has expired (see `resumeBounds`).
-- `base:<epoch>:w:<stream>` STRING mean payload size, with the expiry of its stream; without it the stream is bounded by count.
-- `base:<epoch>:trimmed:<n>` SET of streams already trimmed up to n. After its expiry a stream may be trimmed again, harmlessly.
-- `base:t:<key>` HASH latest version and dedup key. Expires `keepMs` after its last event, longer than nodes retry older ones.
-- `base:<epoch>:o:<source>` STRING highest sequence number of a source. Expires one hour after its last append; if the source
-- then repeats an unanswered append, the `DuplicateFilter` of each node drops the second copy.
-- Entries have consecutive numbers instead of times, so that a gap is visible. Another Redis process under the same address (an
-- empty restart, a failover) may have lost entries: it gets a new epoch.

local base = KEYS[1]
local head = redis.call('HMGET', base, 'epoch', 'run', 'n')
if not head[1] or head[2] ~= ARGV[1] then
  head = {ARGV[2], ARGV[1], '0'}
  redis.call('DEL', base)
  redis.call('HSET', base, 'epoch', head[1], 'run', head[2], 'n', head[3])
end
local epoch = head[1]
