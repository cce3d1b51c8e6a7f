#!lua
-- Fill fields of a hash where the caller's lease still stands. KEYS: the hash. ARGV: field, lease and value in turn.
for i = 1, #ARGV, 3 do
  if redis.call('HGET', KEYS[1], ARGV[i]) == ARGV[i + 1] then redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 2]) end
end
return 1
