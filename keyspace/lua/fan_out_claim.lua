#!lua
-- Claim the task whose turn it is. KEYS: those of the queue. ARGV: token of the worker, milliseconds that the claim lasts, what begins the
-- keys of plans. Not in KEYS: the plans of the posts that it has just read. Returns the packed id of the post, and the fields and values of
-- its plan in turn; where nothing is ready, how many milliseconds it is until something is due, or nothing. The same call again, after its first answer was
-- lost, returns what the token has claimed.
for _, post in ipairs(redis.call('ZRANGE', CLAIMED, 0, -1)) do
  local plan = ARGV[3] .. post
  if redis.call('HGET', plan, 'owner') == ARGV[1] then return {post, redis.call('HGETALL', plan)} end
end
make_ready()
-- Return the set to claim from, nil where nothing is ready: the background comes when nothing else is ready, and once in a while.
local function claimable()
  local others = redis.call('EXISTS', READY) == 1
  if redis.call('EXISTS', BACKGROUND_READY) == 0 then return others and READY or nil end
  if not others or redis.call('SET', BACKGROUND_TURN, 1, 'NX', 'PX', BACKGROUND_EVERY) then return BACKGROUND_READY end
  return READY
end
for set in claimable do
  local post = redis.call('ZPOPMIN', set)[1]
  local plan = ARGV[3] .. post
  if redis.call('EXISTS', plan) == 1 then
    -- Whoever had it did not let go of it. What kills every worker must not go on for ever.
    if redis.call('HEXISTS', plan, 'owner') == 1 then redis.call('HINCRBY', plan, 'attempts', 1) end
    redis.call('ZADD', CLAIMED, now + ARGV[2], post)
    redis.call('HSET', plan, 'owner', ARGV[1])
    return {post, redis.call('HGETALL', plan)}
  end
  -- The plan was lost without the queue.
  forget(post)
end
local due = redis.call('ZRANGE', LATER, 0, 0, 'WITHSCORES')[2]
return due and due - now
