-- Reads a further part of missed entries; changes nothing. KEYS[1]: the base. ARGV: 1-2 as includes/epoch.lua, 3 epoch, 4 the list to
-- read (JSON). Answers `read`, the rest of the list (JSON) or empty, how many of the following strings belong to orders, then number
-- and payload per entry, orders first; or epoch or trimmed. Expiry: none is set.
--- @include "includes/epoch"
--- @include "includes/read-rooms"
if epoch ~= ARGV[3] then return {'epoch'} end
local rest, orders, records = readRooms(cjson.decode(ARGV[4]))
if not rest then return {'trimmed'} end
return answer({'read'}, rest, orders, records)
