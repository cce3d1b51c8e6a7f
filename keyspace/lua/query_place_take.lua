#!lua
-- Take a place for a query of an analyst, or renew it. KEYS: the sorted set of the places that are taken, by when they end.
-- ARGV: the place, the beginning of all places of this person, how many they may hold, how many all may hold, milliseconds to live.
-- Returns 1, or 0 where all are taken, or -1 where the person has taken theirs.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then
  local taken = redis.call('ZRANGE', KEYS[1], 0, -1)
  local own = 0
  for _, each in ipairs(taken) do
    if string.sub(each, 1, #ARGV[2]) == ARGV[2] then own = own + 1 end
  end
  if own >= tonumber(ARGV[3]) then return -1 end
  if #taken >= tonumber(ARGV[4]) then return 0 end
end
redis.call('ZADD', KEYS[1], now + ARGV[5], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return 1
