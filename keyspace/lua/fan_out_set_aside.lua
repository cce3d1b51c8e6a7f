#!lua
-- Set aside a task that failed for good. KEYS: those of the queue, and the plan. ARGV: packed id, token of the worker, seconds that the plan is
-- retained. Returns 0 where the task is no longer the worker's.
local plan = KEYS[9]
if redis.call('HGET', plan, 'owner') ~= ARGV[2] then return 0 end
close(plan, ARGV[1], ARGV[3])
return 1
