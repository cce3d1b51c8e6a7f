-- Fill rows where the caller's lease still stands. ARGV: seconds to live, then key, lease and value in turn.
for i = 2, #ARGV, 3 do
  if redis.call('GET', ARGV[i]) == ARGV[i + 1] then redis.call('SET', ARGV[i], ARGV[i + 2], 'EX', ARGV[1]) end
end
return 1
