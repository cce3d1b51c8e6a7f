-- Put an event on the live stream, once. ARGV: stream, entries that it keeps, seconds that the event is remembered, its id,
-- then fields and values in turn. Gives 1, or 0 when it is there already.
if not redis.call('SET', 'la:' .. ARGV[4], 1, 'NX', 'EX', ARGV[3]) then return 0 end
redis.call('XADD', ARGV[1], 'MAXLEN', '~', ARGV[2], '*', unpack(ARGV, 5))
return 1
