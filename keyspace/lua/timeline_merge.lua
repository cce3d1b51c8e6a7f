-- Merge posts into one timeline. KEYS: the list, and the list of who builds it. ARGV: cap, then packed ids, newest first, each once.
-- Returns how many were new. An absent list stays absent; if somebody builds it, the ids wait behind the builder's token.
local key, cap = KEYS[1], tonumber(ARGV[1])
local old, last = redis.call('LRANGE', key, 0, -1), #ARGV
if #old == 0 then
  for at = 2, last do redis.call('RPUSHX', KEYS[2], ARGV[at]) end
  return 0
end
local merged, fresh, at = {}, 0, 2
for _, id in ipairs(old) do
  while at <= last and above(ARGV[at], id) do
    merged[#merged + 1] = ARGV[at]
    fresh, at = fresh + 1, at + 1
  end
  if ARGV[at] == id then at = at + 1 end
  merged[#merged + 1] = id
  if #merged >= cap then break end
end
-- The new ids that are left are older than everything in the list: the graph has them.
if fresh > 0 then replace(key, merged, cap, redis.call('PTTL', key)) end
return fresh
