#!lua
-- Open the gate for couriers, or keep it open, unless something was left to the relay since it began to look. KEYS: the gate, who left
-- something to the relay last. ARGV: who that was before the relay looked, milliseconds that the gate stays open. Returns whether it is open.
if (redis.call('GET', KEYS[2]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], 1, 'PX', ARGV[2])
return 1
