#!lua
-- Note what is stale in the analysts' copy. KEYS: the notes. ARGV: how many there may be, the note that stands for all, and notes. Where
-- there would be more, that one takes their place.
local notes, most, all = KEYS[1], tonumber(ARGV[1]), ARGV[2]
if redis.call('SISMEMBER', notes, all) == 1 then return 0 end
redis.call('SADD', notes, unpack(ARGV, 3))
if redis.call('SCARD', notes) > most then
  redis.call('DEL', notes)
  redis.call('SADD', notes, all)
end
return 1
