#!lua
-- Put the built timeline in place, and whom its viewer follows: see `finish`. KEYS: the list, the list of who builds it, whom the viewer
-- follows, and the pulled authors among them. ARGV: token, cap, milliseconds to live, number of ids, packed ids, newest first, then
-- keys of those whom the viewer follows.
local count = tonumber(ARGV[4])
local ids, followed = {}, {}
for at = 5, 4 + count do ids[at - 4] = ARGV[at] end
for at = 5 + count, #ARGV do followed[at - 4 - count] = ARGV[at] end
if finish(KEYS[1], KEYS[2], ARGV[1], ids, tonumber(ARGV[2]), ARGV[3]) == 0 then return 0 end
redis.call('DEL', KEYS[3], KEYS[4])
add(KEYS[3], followed)
redis.call('PEXPIRE', KEYS[3], ARGV[3])
return 1
