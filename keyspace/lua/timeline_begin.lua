-- Become the one builder of a timeline. ARGV: the key of the person, token, milliseconds. Gives 1, or 0 when another builds
-- or has built: a list that stands takes pushes itself, and to build it once more would drop those. Asked twice by the same
-- builder, whose first answer was lost on its way, it is 1 again.
if redis.call('GET', 'tlb:' .. ARGV[1]) == ARGV[2] then return 1 end
if redis.call('EXISTS', 'tl:' .. ARGV[1]) == 0 and redis.call('SET', 'tlb:' .. ARGV[1], ARGV[2], 'NX', 'PX', ARGV[3]) then
  redis.call('DEL', 'tlp:' .. ARGV[1])
  return 1
end
return 0
