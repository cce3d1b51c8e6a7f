-- Forget a batch of views that was written. KEYS: the views of the batch. ARGV: its number, and the prefix of the keys of who has viewed its
-- posts. Not in KEYS: who has viewed the posts of the batch.
if redis.call('HGET', KEYS[1], 'number') == ARGV[1] then
  for _, id in ipairs(redis.call('HKEYS', KEYS[1])) do
    if id ~= 'number' then redis.call('UNLINK', ARGV[2] .. id) end
  end
  redis.call('UNLINK', KEYS[1])
end
