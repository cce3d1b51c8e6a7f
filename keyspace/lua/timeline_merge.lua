-- Merge many posts into one timeline. ARGV: the key of the person, cap, then packed ids.
local key, cap, merged = 'tl:' .. ARGV[1], tonumber(ARGV[2]), 0
if redis.call('EXISTS', key) == 0 then
  if redis.call('EXISTS', 'tlb:' .. ARGV[1]) == 1 and #ARGV > 2 then
    redis.call('RPUSH', 'tlp:' .. ARGV[1], unpack(ARGV, 3))
  end
  return -1
end
for i = 3, #ARGV do
  merged = merged + insert(key, redis.call('LINDEX', key, 0), ARGV[i], cap)
end
return merged
