-- Fill fields of a hash where the caller's lease still stands. ARGV: hash, then field, lease and value in turn.
for i = 2, #ARGV, 3 do
  if redis.call('HGET', ARGV[1], ARGV[i]) == ARGV[i + 1] then redis.call('HSET', ARGV[1], ARGV[i], ARGV[i + 2]) end
end
return 1
