-- Remove plans of posts that have a lifetime: their tasks are done. Those that failed stay, for their event to go on with, and for a while
-- those that are settled, so that they are not settled again, and those done, for whoever asks whether a new post is delivered. KEYS: the
-- plans. ARGV: milliseconds of the one while and of the other. Returns how many went.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local removed = 0
for _, plan in ipairs(KEYS) do
  local failed, settled, done = unpack(redis.call('HMGET', plan, 'failed', 'settled', 'done'))
  local is_old = tonumber(settled or 0) <= now - ARGV[1] and tonumber(done or 0) <= now - ARGV[2]
  if redis.call('TTL', plan) >= 0 and not failed and is_old then
    removed = removed + redis.call('UNLINK', plan)
  end
end
return removed
