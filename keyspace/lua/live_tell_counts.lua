#!lua
-- Tell posts whose counts changed as one entry of the live stream, unless that was done a moment ago. KEYS: the stream, its epoch, the set
-- of these posts, the mark of the pause after it was told. ARGV: an epoch if there is none, entries that the stream keeps, most posts of an
-- entry, milliseconds of the pause. Returns how many posts were told.
if redis.call('EXISTS', KEYS[4]) == 1 then return 0 end
local posts = redis.call('SPOP', KEYS[3], ARGV[3])
if #posts == 0 then return 0 end
redis.call('SET', KEYS[4], 1, 'PX', ARGV[4])
redis.call('SET', KEYS[2], ARGV[1], 'NX')
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', 'type', 'counts', 'posts', table.concat(posts, ' '))
return #posts
