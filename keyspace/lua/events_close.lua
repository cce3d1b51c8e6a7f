#!lua
-- Close the gate, for the relay that holds the lease. What waits there is left to the relay. KEYS: the gate, who was behind last, what waits
-- at the gate, the lease. ARGV: token of the holder, a token that comes once. Returns an error, and nothing is done, without the lease.
local refused = without_lease(KEYS[4], ARGV[1])
if refused then return refused end
redis.call('DEL', KEYS[1], KEYS[3])
redis.call('SET', KEYS[2], ARGV[2])
return 1
