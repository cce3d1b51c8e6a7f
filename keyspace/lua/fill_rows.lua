-- Fill rows that are leased to the caller. ARGV: lease token, seconds to live, then key and value in turn.
for i = 3, #ARGV, 2 do
  if redis.call('GET', ARGV[i]) == '?' .. ARGV[1] then redis.call('SET', ARGV[i], ARGV[i + 1], 'EX', ARGV[2]) end
end
return 1
