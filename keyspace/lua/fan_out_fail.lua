#!lua
-- Note that a task failed for good, which stays the worker's. KEYS: those of the queue, and the plan. ARGV: packed id, token of the worker,
-- attempts that failed, the last error. Returns how often the task has failed for good, -1 where it is no longer the worker's: then nothing
-- was done. The same call again, after its first answer was lost, changes nothing.
local plan = KEYS[9]
if redis.call('HGET', plan, 'owner') ~= ARGV[2] then return -1 end
if redis.call('HEXISTS', plan, 'failed') == 0 then
  local left = redis.call('HGET', plan, 'left') or 0
  redis.call('HSET', plan, 'failed', now, 'owed', left, 'attempts', ARGV[3], 'error', ARGV[4])
  redis.call('HINCRBY', plan, 'set_aside', 1)
end
return tonumber(redis.call('HGET', plan, 'set_aside'))
