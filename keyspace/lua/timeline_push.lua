#!lua
-- Push one post to the timelines of viewers that exist: see `push`. KEYS: none. ARGV: packed id, cap, what begins the keys of lists and of
-- builders, packed keys of viewers. Returns to how many lists it was new. Not in KEYS: the list and the builder's list of each viewer.
return push(ARGV[1], ARGV[5], tonumber(ARGV[2]), ARGV[3], ARGV[4])
