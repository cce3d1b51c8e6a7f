#!lua
-- Put a task off that could not go on. KEYS: those of the queue, and the plan. ARGV: packed id, token of the worker, the milliseconds until
-- it is tried again, 1 where one more attempt in a row has failed, else 0. Returns 0 where the task is no longer the worker's.
local plan, post = KEYS[9], ARGV[1]
if redis.call('HGET', plan, 'owner') ~= ARGV[2] then return 0 end
redis.call('HINCRBY', plan, 'attempts', ARGV[4])
take(plan, post)
redis.call('ZADD', LATER, now + ARGV[3], post)
return 1
