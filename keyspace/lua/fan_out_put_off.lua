#!lua
-- Put a task off that could not go on, or set it aside. KEYS: those of the queue, and the plan. ARGV: packed id, token of the worker, the
-- milliseconds until it is tried again ('' to set it aside), seconds that a plan set aside is retained, attempts that failed. Returns 0
-- where the task is no longer the worker's.
local plan, post = KEYS[9], ARGV[1]
if redis.call('HGET', plan, 'owner') ~= ARGV[2] then return 0 end
redis.call('HSET', plan, 'attempts', ARGV[5])
if ARGV[3] ~= '' then
  take(plan, post)
  redis.call('ZADD', LATER, now + ARGV[3], post)
else
  redis.call('HINCRBY', plan, 'set_aside', 1)
  redis.call('HSET', plan, 'failed', now, 'owed', redis.call('HGET', plan, 'left') or 0)
  close(plan, post, ARGV[4])
end
return 1
