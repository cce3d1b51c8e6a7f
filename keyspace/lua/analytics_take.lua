#!lua
-- Take the notes of what is stale in the analysts' copy, for a round of a refresh. KEYS: the notes, those of this round, and all that
-- were taken since the last snapshot. ARGV: the round, '1' to begin with all that were taken, and the note that stands for all, and how
-- many there may be. Returns the notes of the round; the same again for the same round.
local notes, round, taken, mark = KEYS[1], KEYS[2], KEYS[3], '=' .. ARGV[1]
if redis.call('SISMEMBER', round, mark) == 0 then
  redis.call('SUNIONSTORE', taken, taken, notes)
  if redis.call('SCARD', taken) > tonumber(ARGV[4]) then
    redis.call('DEL', taken)
    redis.call('SADD', taken, ARGV[3])
  end
  redis.call('SUNIONSTORE', round, ARGV[2] == '1' and taken or notes)
  redis.call('DEL', notes)
  redis.call('SADD', round, mark)
end
return redis.call('SMEMBERS', round)
