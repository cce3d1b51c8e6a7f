-- Merge posts into one timeline. ARGV: the key of the person, cap, then packed ids, newest first, each once.
-- Gives how many were new to it; a list that is absent is left alone, unless it is being built.
local key, cap = 'tl:' .. ARGV[1], tonumber(ARGV[2])
local old, last = redis.call('LRANGE', key, 0, -1), #ARGV
if #old == 0 then
  for at = 3, last do aside(ARGV[1], ARGV[at]) end
  return 0
end
local merged, fresh, at = {}, 0, 3
for _, id in ipairs(old) do
  while at <= last and above(ARGV[at], id) do
    merged[#merged + 1] = ARGV[at]
    fresh, at = fresh + 1, at + 1
  end
  if ARGV[at] == id then at = at + 1 end
  merged[#merged + 1] = id
  if #merged >= cap then break end
end
-- What is left of the new ones is older than all that the list knows, and stays in the graph.
if fresh > 0 then replace(key, merged, cap, redis.call('PTTL', key)) end
return fresh
