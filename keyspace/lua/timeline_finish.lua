-- Put the built timeline in place, with what arrived meanwhile. ARGV: the key of the person, token, cap, milliseconds to
-- live, then packed ids newest first. Gives 0 when the token is not the builder's any more: what it read may be too old.
local name, cap = ARGV[1], tonumber(ARGV[3])
if redis.call('GET', 'tlb:' .. name) ~= ARGV[2] then return 0 end
local key, built = 'tl:' .. name, {}
for at = 5, #ARGV do built[at - 4] = ARGV[at] end
replace(key, built, cap, ARGV[4])
for _, id in ipairs(redis.call('LRANGE', 'tlp:' .. name, 0, -1)) do
  insert(key, redis.call('LINDEX', key, 0), id, cap)
end
redis.call('DEL', 'tlb:' .. name, 'tlp:' .. name)
return 1
