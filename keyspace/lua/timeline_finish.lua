-- Put the built timeline in place, with the ids that were pushed meanwhile. KEYS: the list, and the list of who builds it. ARGV:
-- token, cap, milliseconds to live, then packed ids, newest first. Returns 0 when another token stands, or none: what this builder
-- read may be too old.
local key, cap = KEYS[1], tonumber(ARGV[2])
if redis.call('LINDEX', KEYS[2], 0) ~= ARGV[1] then return 0 end
local built = {}
for at = 4, #ARGV do built[at - 3] = ARGV[at] end
replace(key, built, cap, ARGV[3])
for _, id in ipairs(redis.call('LRANGE', KEYS[2], 1, -1)) do
  insert(key, redis.call('LINDEX', key, 0), id, cap)
end
redis.call('DEL', KEYS[2])
return 1
