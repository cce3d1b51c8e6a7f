#!lua
-- Become the one builder of a timeline and of whom its viewer follows: see `begin`. KEYS: the list, the list of who builds it, and whom the
-- viewer follows. ARGV: token, milliseconds to build in. Where one of the two is absent, both are built, so that both are of one moment.
if redis.call('EXISTS', KEYS[3]) == 0 then redis.call('DEL', KEYS[1]) end
return begin(KEYS[1], KEYS[2], ARGV[1], ARGV[2])
