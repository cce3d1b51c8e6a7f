-- Become the one builder of a timeline. ARGV: the key of the person, token, milliseconds. Gives 1, or 0 when another builds.
if redis.call('SET', 'tlb:' .. ARGV[1], ARGV[2], 'NX', 'PX', ARGV[3]) then
  redis.call('DEL', 'tlp:' .. ARGV[1])
  return 1
end
return 0
