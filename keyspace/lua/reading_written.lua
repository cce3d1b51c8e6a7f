-- Note that positions were written to the graph. KEYS: those that were not yet, then the positions of a person for each of them. ARGV: the
-- milliseconds that the positions of a person live from now, then for each its name and the milliseconds that were written, '' where nothing
-- was there. What has moved since stays to be written, and keeps all positions of that person.
for i = 2, #KEYS do
  local name, at = ARGV[2 * i - 2], tonumber(ARGV[2 * i - 1])
  local waits = tonumber(redis.call('ZSCORE', KEYS[1], name) or '')
  local viewer, feed = string.match(name, '^(%d+) (.*)$')
  if waits and (waits == at or not at and redis.call('HEXISTS', KEYS[i], feed) == 0) then redis.call('ZREM', KEYS[1], name) end
  local keep = false
  for _, each in ipairs(redis.call('HKEYS', KEYS[i])) do
    keep = keep or redis.call('ZSCORE', KEYS[1], viewer .. ' ' .. each)
  end
  if not keep then redis.call('PEXPIRE', KEYS[i], ARGV[1]) end
end
