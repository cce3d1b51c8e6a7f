-- Add an event to the live stream, once. KEYS: the stream, and the mark of this event. ARGV: entries that the stream keeps, seconds that
-- the mark lives, then fields and values in turn. Returns 1, or 0 when the event is there already.
if not redis.call('SET', KEYS[2], 1, 'NX', 'EX', ARGV[2]) then return 0 end
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', unpack(ARGV, 3))
return 1
