-- Renew a lease that is held. KEYS: the lease. ARGV: token of the holder, milliseconds to live. Returns 0 when another holds it, or nobody.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
