-- Fill rows where the caller's lease still stands. KEYS: the rows. ARGV: seconds to live, then for each row its lease and its value.
for i, key in ipairs(KEYS) do
  if redis.call('GET', key) == ARGV[2 * i] then redis.call('SET', key, ARGV[2 * i + 1], 'EX', ARGV[1]) end
end
return 1
