#!lua
-- Drop a timeline and whom its viewer follows, and become the one builder of both, unless somebody else builds. KEYS: the list, the list of
-- who builds it, whom the viewer follows, and the pulled authors among them. ARGV: token, milliseconds to build in. Until it is built,
-- pushes wait for the builder and pages come from the graph. Returns 0 where somebody else builds, so that nothing is dropped;
-- the same builder may ask twice, if its first answer was lost.
local holder = redis.call('LINDEX', KEYS[2], 0)
if holder then return holder == ARGV[1] and 1 or 0 end
redis.call('DEL', KEYS[1], KEYS[3], KEYS[4])
return begin(KEYS[1], KEYS[2], ARGV[1], ARGV[2])
