#!lua
-- Begin the fan-out of a post, or its removal: deal with the first viewers, and leave the rest to a task. KEYS: those of the queue, the
-- plan, and what is being settled. ARGV: packed id, `push`, `settle` or `remove`, cap, what begins the keys of lists and of builders, packed
-- viewers, of whom the first is the author, seconds that a plan is retained, milliseconds that each task of its author waits, cap of recent posts,
-- what begins the keys of these lists and of their builders, deliveries that are left to it ('' where no task is needed), then fields of the plan
-- and values in turn. Not in KEYS: the list and the builder's list of each viewer, and plans of tasks that are ready.
-- Returns in how many lists it made a difference; -1 where the plan is known already: then nothing is done, but a task that was set aside is taken up again. A removal ends what is under way. To
-- settle is to push a post once more, to all: its plan is begun anew unless it is under way, settled, or one of removal.
local plan, post, action, life, wait = KEYS[9], ARGV[1], ARGV[2], ARGV[7], ARGV[8]
local known = redis.call('HMGET', plan, 'step', 'failed', 'settled')
if action == 'settle' then
  if known[1] == 'remove' or known[3] or redis.call('ZSCORE', OPEN, post) then return -1 end
elseif known[1] and (action == 'push' or known[1] == 'remove') then
  if known[2] then
    take(plan, post)
    redis.call('HDEL', plan, 'failed', 'attempts', 'error')
    open(post, action == 'remove')
    enqueue(plan, post, wait, redis.call('HGET', plan, 'owed'))
  end
  return -1
end
take(plan, post)
redis.call('HDEL', plan, 'failed', 'attempts', 'error')
if action == 'push' then redis.call('HDEL', KEYS[10], struct.unpack('<I4', ARGV[6])) end
if action == 'remove' then redis.call('HDEL', plan, 'done') end
redis.call('HSET', plan, unpack(ARGV, 13))
local changed = act(action, post, ARGV[6], tonumber(ARGV[3]), ARGV[4], ARGV[5])
act(action, post, string.sub(ARGV[6], 1, 4), tonumber(ARGV[9]), ARGV[10], ARGV[11])
if ARGV[12] == '' then
  redis.call('HSET', plan, 'done', now)
  close(plan, post, life)
else
  open(post, action ~= 'push')
  enqueue(plan, post, wait, ARGV[12])
end
return changed
