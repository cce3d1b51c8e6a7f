-- The least that delivers a post: push it to the lists that exist, and trim them. KEYS: the lists. ARGV: packed id, cap.
local last = tonumber(ARGV[2]) - 1
for _, key in ipairs(KEYS) do
  redis.call('LPUSHX', key, ARGV[1])
  redis.call('LTRIM', key, 0, last)
end
return #KEYS
