-- Release a lease. KEYS: the lease. ARGV: token of the holder. Returns 0 when another holds it, or nobody.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
