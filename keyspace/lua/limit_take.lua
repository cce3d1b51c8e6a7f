#!lua
-- Take one attempt of each counter, or of none. KEYS: the counters. ARGV: for each, attempts and milliseconds of the window. Returns 0, or
-- the milliseconds until the last window of those that are used up ends.
local wait = 0
for i, key in ipairs(KEYS) do
  if tonumber(redis.call('GET', key) or '0') >= tonumber(ARGV[2 * i - 1]) then
    wait = math.max(wait, redis.call('PTTL', key), 1)
  end
end
if wait > 0 then return wait end
for i, key in ipairs(KEYS) do
  if redis.call('INCR', key) == 1 then redis.call('PEXPIRE', key, ARGV[2 * i]) end
end
return 0
