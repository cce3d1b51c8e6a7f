-- Fill facts that are leased to the caller. ARGV: lease token, hash, then field and value in turn.
for i = 3, #ARGV, 2 do
  if redis.call('HGET', ARGV[2], ARGV[i]) == '?' .. ARGV[1] then redis.call('HSET', ARGV[2], ARGV[i], ARGV[i + 1]) end
end
return 1
