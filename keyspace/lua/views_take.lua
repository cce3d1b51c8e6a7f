#!lua
-- Take a batch of views to write, or the one that was taken and is not done yet. KEYS: the views of posts that wait to be written, those of the
-- batch, and the bytes of who has viewed posts that wait. ARGV: the number that a new batch gets, the most posts of it, and the prefixes of the keys of who has viewed posts, of those that
-- wait and of those of the batch. Returns the number of the batch, and behind it packed ids and views; nothing where none wait. Not in KEYS:
-- who has viewed the posts that it takes.
local waiting, batch, size = KEYS[1], KEYS[2], KEYS[3]
if redis.call('EXISTS', batch) == 0 then
  local found = redis.call('HRANDFIELD', waiting, ARGV[2], 'WITHVALUES')
  if #found == 0 then return {} end
  redis.call('HSET', batch, 'number', ARGV[1])
  for i = 1, #found, 2 do
    local id = found[i]
    redis.call('HSET', batch, id, found[i + 1])
    redis.call('HDEL', waiting, id)
    if redis.call('EXISTS', ARGV[3] .. id) == 1 then
      redis.call('DECRBY', size, redis.call('STRLEN', ARGV[3] .. id))
      redis.call('RENAME', ARGV[3] .. id, ARGV[4] .. id)
    end
  end
  -- Sketches that Redis has let go of are not counted for ever.
  if redis.call('EXISTS', waiting) == 0 then redis.call('DEL', size) end
end
local taken, answer = redis.call('HGETALL', batch), {redis.call('HGET', batch, 'number')}
for i = 1, #taken, 2 do
  if taken[i] ~= 'number' then
    answer[#answer + 1] = taken[i]
    answer[#answer + 1] = taken[i + 1]
  end
end
return answer
