-- Give up building lists, so that the next reader may. KEYS: for each the list of who builds it. ARGV: token.
for _, builder in ipairs(KEYS) do
  if redis.call('LINDEX', builder, 0) == ARGV[1] then redis.call('DEL', builder) end
end
return 1
