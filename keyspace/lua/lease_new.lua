#!lua
-- Lease rows of what is about to be written. KEYS: the rows. ARGV: token. Whatever stands there goes: nobody can have read what is not
-- written yet.
for _, key in ipairs(KEYS) do redis.call('SET', key, '?' .. ARGV[1], 'EX', LEASE) end
return 1
