-- Give a timeline up that could not be built, so that the next reader may. ARGV: the key of the person, token.
if redis.call('GET', 'tlb:' .. ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('DEL', 'tlb:' .. ARGV[1], 'tlp:' .. ARGV[1])
return 1
