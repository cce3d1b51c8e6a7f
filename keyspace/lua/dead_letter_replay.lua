#!lua
-- Move a dead letter back to the events, once however many operators ask. KEYS: the stream of dead letters, the stream of events. ARGV: id
-- of the letter, then fields and values in turn. Returns 0 when there is no such letter any more.
if redis.call('XDEL', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('XADD', KEYS[2], '*', unpack(ARGV, 2))
return 1
