#!lua
-- Become the one builder of many lists: see `begin`. KEYS: for each the list, or a set, and the list of who builds it. ARGV: token,
-- milliseconds to build in. Returns 1 for each that is the caller's to build, and 0 for the others.
local won = {}
for i = 1, #KEYS, 2 do won[#won + 1] = begin(KEYS[i], KEYS[i + 1], ARGV[1], ARGV[2]) end
return won
