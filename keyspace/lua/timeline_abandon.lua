-- Give up building a timeline, so that the next reader may. KEYS: the list of who builds it. ARGV: token.
if redis.call('LINDEX', KEYS[1], 0) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
