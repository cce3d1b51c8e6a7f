#!lua
-- Deal with a chunk of viewers, and note how far the task is. KEYS: those of the queue, and the plan. ARGV: packed id, `push` or `remove`,
-- cap, what begins the keys of lists and of builders, packed viewers, token of the worker, milliseconds that its claim lasts from now on,
-- milliseconds that each task of its author waits if others are ready, deliveries left, `on`, `done` or the milliseconds until it goes on, seconds that a
-- finished plan is retained, the field that counts deliveries, how many there were, then fields of the plan and values in turn.
-- Not in KEYS: the list and the builder's list of each viewer, and plans of tasks that are ready. Returns 1 where the worker may go on at once, 0 where the task waits or is done, -1
-- where the task is no longer the worker's: then nothing was done.
local plan, post, wait, left, continue = KEYS[9], ARGV[1], ARGV[9], ARGV[10], ARGV[11]
if redis.call('HGET', plan, 'owner') ~= ARGV[7] then return -1 end
act(ARGV[2], post, ARGV[6], tonumber(ARGV[3]), ARGV[4], ARGV[5])
-- The same call again, after its first answer was lost, moves the task no further: then its deliveries are counted already.
local moved = continue ~= 'on'
for field = 15, #ARGV, 2 do moved = moved or redis.call('HGET', plan, ARGV[field]) ~= ARGV[field + 1] end
if moved then redis.call('HINCRBY', plan, ARGV[13], ARGV[14]) end
redis.call('HSET', plan, 'attempts', 0, unpack(ARGV, 15))
if continue == 'done' then
  redis.call('HSETNX', plan, 'done', now)
  close(plan, post, ARGV[12])
  return 0
end
if continue ~= 'on' then
  take(plan, post)
  owe(plan, left)
  redis.call('ZADD', LATER, now + continue, post)
  return 0
end
if has_to_wait(post, wait) then
  take(plan, post)
  enqueue(plan, post, wait, left)
  return 0
end
owe(plan, left)
redis.call('ZADD', CLAIMED, now + ARGV[8], post)
return 1
