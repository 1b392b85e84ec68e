-- Reads the position of the journal, and begins a new epoch if Redis is another process. KEYS[1]: the base. ARGV: 1-2 as
-- includes/epoch.lua. Answers the epoch and the last number. Expiry: none; the base is the only key and stays.
--- @include "includes/epoch"
return {epoch, head[3]}
