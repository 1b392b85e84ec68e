-- Looks for a character on all nodes. KEYS[1]: the base. ARGV: id. Answers 1 or 0. Expiry: none is set.
--- @include "includes/positions"
return isPresent(ARGV[1]) and 1 or 0
