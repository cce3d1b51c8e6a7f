-- Remove plans of posts that have a lifetime: their tasks are done. Those that failed stay, for their event to go on with, and for a while
-- those that are settled, so that they are not settled again. KEYS: the plans. ARGV: milliseconds of that while. Returns how many went.
local clock = redis.call('TIME')
local since = clock[1] * 1000 + math.floor(clock[2] / 1000) - ARGV[1]
local removed = 0
for _, plan in ipairs(KEYS) do
  local failed, settled = unpack(redis.call('HMGET', plan, 'failed', 'settled'))
  if redis.call('TTL', plan) >= 0 and not failed and tonumber(settled or 0) <= since then
    removed = removed + redis.call('UNLINK', plan)
  end
end
return removed
