#!lua
-- Let a viewer follow somebody in what is cached: merge their posts into the timeline, and add them to whom the viewer follows. KEYS: the
-- list, the list of who builds it, whom the viewer follows, the pulled authors among them, and the viewer's relationships. ARGV: cap,
-- key and packed id of who is followed, then packed ids of posts, newest first, each once. Returns how many posts were new.
local key, cap = KEYS[1], tonumber(ARGV[1])
-- Before all else: what says that the viewer does not follow would let the next page take the addition back.
redis.call('HDEL', KEYS[5], ARGV[3])
if redis.call('EXISTS', KEYS[3]) == 1 then redis.call('SADD', KEYS[3], ARGV[2]) end
redis.call('DEL', KEYS[4])
local old, last = redis.call('LRANGE', key, 0, -1), #ARGV
if #old == 0 then
  -- Who builds it may have read before this follow; the next reader builds again.
  redis.call('DEL', KEYS[2])
  return 0
end
local merged, fresh, at = {}, 0, 4
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
