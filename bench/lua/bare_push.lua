-- The least that delivers a post: push it to the lists that exist, and trim them. ARGV: packed id, cap, keys of people.
local last = tonumber(ARGV[2]) - 1
for i = 3, #ARGV do
  local key = 'tl:' .. ARGV[i]
  redis.call('LPUSHX', key, ARGV[1])
  redis.call('LTRIM', key, 0, last)
end
return #ARGV - 2
