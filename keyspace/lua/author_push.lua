#!lua
-- Put a post into its author's own timeline and recent posts: see `push`; a post that is deleted by now stays out. KEYS: the plan of the
-- post, and what is being settled: that ends for this author. ARGV: packed id, packed key of the author, cap of timelines, what begins the
-- keys of lists and of builders, then the same three of recent posts. Not in KEYS: these four lists.
redis.call('HDEL', KEYS[2], struct.unpack('<I4', ARGV[2]))
if redis.call('HGET', KEYS[1], 'step') == 'remove' then return 0 end
push(ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4], ARGV[5])
return push(ARGV[1], ARGV[2], tonumber(ARGV[6]), ARGV[7], ARGV[8])
