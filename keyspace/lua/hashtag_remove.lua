-- Take a post out of the lists of posts with hashtags. KEYS: the lists. ARGV: packed id. Returns from how many lists it went.
local removed = 0
for _, key in ipairs(KEYS) do removed = removed + redis.call('LREM', key, 1, ARGV[1]) end
return removed
