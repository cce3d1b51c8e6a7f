-- Put the built timeline in place, with what arrived meanwhile. ARGV: the key of the person, token, cap, seconds to live,
-- then packed ids newest first. Gives 0 when the token is no longer the builder's: what it read may be too old.
local name, cap = ARGV[1], tonumber(ARGV[3])
if redis.call('GET', 'tlb:' .. name) ~= ARGV[2] then return 0 end
local key, pending = 'tl:' .. name, redis.call('LRANGE', 'tlp:' .. name, 0, -1)
redis.call('DEL', key)
for first = 5, #ARGV, 1000 do
  redis.call('RPUSH', key, unpack(ARGV, first, math.min(first + 999, #ARGV)))
end
for _, id in ipairs(pending) do
  insert(key, redis.call('LINDEX', key, 0), id, cap)
end
redis.call('EXPIRE', key, ARGV[4])
redis.call('DEL', 'tlb:' .. name, 'tlp:' .. name)
return 1
