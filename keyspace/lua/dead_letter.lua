#!lua
-- Move a pending entry to the dead letters, once. KEYS: the stream of events, the stream of dead letters. ARGV: group, id of the entry,
-- most letters in the stream, then fields and values in turn. Returns 0 when the entry is not pending in the group.
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then return 0 end
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[3], '*', unpack(ARGV, 4))
return 1
