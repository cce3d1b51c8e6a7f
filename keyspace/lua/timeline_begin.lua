-- Become the one builder of a timeline. KEYS: the list, and the list of who builds it. ARGV: token, milliseconds to build in.
-- Returns 1, or 0 when another builds or the list exists: it takes pushes itself, and building it again would drop those. The same
-- builder may ask twice, if its first answer was lost.
local token = redis.call('LINDEX', KEYS[2], 0)
if token then return token == ARGV[1] and 1 or 0 end
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('RPUSH', KEYS[2], ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return 1
