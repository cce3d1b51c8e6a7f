#!lua
-- Put the built set of pulled authors in place, with those who were added meanwhile. KEYS: the set, the list of who builds it, and its
-- version. ARGV: token, which becomes the version, then keys of authors. Returns 0 when another token stands, or none: what this builder
-- read may be too old.
if redis.call('LINDEX', KEYS[2], 0) ~= ARGV[1] then return 0 end
local authors = {}
for at = 2, #ARGV do authors[at - 1] = ARGV[at] end
add(KEYS[1], authors)
add(KEYS[1], redis.call('LRANGE', KEYS[2], 1, -1))
redis.call('SET', KEYS[3], ARGV[1])
redis.call('DEL', KEYS[2])
return 1
