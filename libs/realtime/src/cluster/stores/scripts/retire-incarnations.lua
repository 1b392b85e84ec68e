-- Removes the memberships of the caller's incarnations. KEYS[1]: the base. ARGV: caller, call id, most to remove, incarnations.
-- Answers as includes/drain.lua, which also says why its answer may expire.
--- @include "includes/drain"
for i = 4, #ARGV do drain(ARGV[i]) end
return answer()
