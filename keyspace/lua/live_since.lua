-- Read entries of the live stream together with its epoch. KEYS: the stream, its epoch. ARGV: id of the first entry, how many at most.
-- Returns the epoch, if there is one, and the entries.
return {redis.call('GET', KEYS[2]), redis.call('XRANGE', KEYS[1], ARGV[1], '+', 'COUNT', ARGV[2])}
