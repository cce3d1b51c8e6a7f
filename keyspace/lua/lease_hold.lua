#!lua
-- Take a lease, or renew it. KEYS: the lease. ARGV: token of the holder, milliseconds to live. Returns 1, or 0 when another holds it.
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
