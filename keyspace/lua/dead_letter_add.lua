#!lua
-- Set something aside that no entry of a group stands for, once for each mark. KEYS: the stream of dead letters, the mark. ARGV: most
-- letters in the stream, seconds that the mark lives, then fields and values in turn. Returns 0 where it was set aside already.
if not redis.call('SET', KEYS[2], 1, 'NX', 'EX', ARGV[2]) then return 0 end
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', unpack(ARGV, 3))
return 1
