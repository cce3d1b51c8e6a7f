-- What the scripts of the queue of fan-out share. Each takes these keys first. Members are packed ids of posts; a post has one plan, a
-- hash, and one task at most. `READY` is ordered by whose turn is next, `LATER` by when it is due, `CLAIMED` by when the claim ends, `OPEN`
-- by when the task was made; `BACKLOG` sums the field `left` of all plans. `BACKGROUND` holds those of `OPEN` that go after all others:
-- they are ready in a set of their own, `BACKGROUND_READY`, and `BACKGROUND_TURN` exists for a while after one went before others.
-- Times are milliseconds on the clock of Redis, so that workers whose clocks differ agree.
local READY, LATER, CLAIMED, OPEN, BACKGROUND, BACKGROUND_READY, BACKGROUND_TURN, BACKLOG = unpack(KEYS, 1, 8)
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
-- Tasks that are due, or whose worker is gone, and are made ready by one call.
local MOVED = 100
-- Milliseconds between chunks of background tasks while others are ready: so they come to an end, and hold up others little.
local BACKGROUND_EVERY = 1000
-- Tasks among which others of an author are looked for. It costs some ten microseconds whenever a task has to wait.
local LOOKED_AT = 100
-- Times that the wait of a task is prolonged at most: with a wait of a second its turn still comes while what was read ahead for it is used.
local WAITS_MOST = 8

-- Set how many deliveries of a plan stand in the backlog.
local function owe(plan, left)
  local change = left - (redis.call('HGET', plan, 'left') or 0)
  if change ~= 0 then
    redis.call('INCRBY', BACKLOG, change)
    redis.call('HSET', plan, 'left', left)
  end
end

-- Take a task from wherever it stands. Whoever had claimed it has it no more.
local function take(plan, post)
  redis.call('ZREM', READY, post)
  redis.call('ZREM', BACKGROUND_READY, post)
  redis.call('ZREM', LATER, post)
  redis.call('ZREM', CLAIMED, post)
  redis.call('HDEL', plan, 'owner')
end

-- Count a task no more. Without tasks there is no backlog, also where plans were lost.
local function forget(post)
  redis.call('ZREM', OPEN, post)
  redis.call('ZREM', BACKGROUND, post)
  if redis.call('EXISTS', OPEN) == 0 then redis.call('DEL', BACKLOG) end
end

-- End a task. Its plan is retained for `life` seconds, so that the same event, if it comes again, delivers nothing twice.
local function close(plan, post, life)
  take(plan, post)
  owe(plan, 0)
  forget(post)
  redis.call('EXPIRE', plan, life)
end

-- Count a task from now on, as one of the background or not.
local function open(post, background)
  redis.call('ZADD', OPEN, now, post)
  if background then redis.call('ZADD', BACKGROUND, now, post) else redis.call('ZREM', BACKGROUND, post) end
end

-- Return the set in which a task is ready.
local function ready_of(post)
  return redis.call('ZSCORE', BACKGROUND, post) and BACKGROUND_READY or READY
end

-- Return how often a task has to wait: once for each task of its author that is ready, itself included, so that these have as many turns
-- together as one task. Tasks that have to wait stand among the last.
local function waits_of(plan)
  local author, plans, count = redis.call('HGET', plan, 'author'), string.sub(plan, 1, -#END - 1), 1
  for _, post in ipairs(redis.call('ZRANGE', READY, -LOOKED_AT, -1)) do
    if count == WAITS_MOST then break end
    if redis.call('HGET', plans .. post, 'author') == author then count = count + 1 end
  end
  return count
end

-- Let a task wait for its turn, if others of its set are ready. It comes after `wait` milliseconds, and such times as its author has tasks.
local function enqueue(plan, post, wait, left)
  owe(plan, left)
  local set = ready_of(post)
  if set == READY then wait = wait * waits_of(plan) end
  redis.call('ZADD', set, now + wait, post)
  redis.call('PERSIST', plan)
end

-- Make ready what is due, and what workers left behind.
local function make_ready()
  for _, set in ipairs({LATER, CLAIMED}) do
    for _, post in ipairs(redis.call('ZRANGEBYSCORE', set, '-inf', now, 'LIMIT', 0, MOVED)) do
      redis.call('ZREM', set, post)
      redis.call('ZADD', ready_of(post), now, post)
    end
  end
end

-- Return when the next turn in a set is, false where nothing is ready.
local function next_turn(set)
  return tonumber(redis.call('ZRANGE', set, 0, 0, 'WITHSCORES')[2] or false)
end

-- Return whether a task whose next turn would come in `wait` milliseconds has to wait for others: one of the background for all others.
local function has_to_wait(post, wait)
  make_ready()
  local set = ready_of(post)
  local turn = next_turn(set)
  return (turn and turn <= now + wait) or (set == BACKGROUND_READY and redis.call('EXISTS', READY) == 1)
end

-- Remove an id from the timelines of packed viewers, and end what is being built of them: what the builder read may hold it.
local function remove(id, viewers, lists, builders)
  local removed = 0
  for at = 1, #viewers, 4 do
    local tag = '{' .. struct.unpack('<I4', viewers, at) .. '}'
    removed = removed + redis.call('LREM', lists .. tag, 1, id)
    redis.call('DEL', builders .. tag)
  end
  return removed
end

-- Push to viewers, or remove from their lists. Returns in how many lists it made a difference.
local function act(action, id, viewers, cap, lists, builders)
  if action == 'remove' then return remove(id, viewers, lists, builders) end
  return push(id, viewers, cap, lists, builders)
end
