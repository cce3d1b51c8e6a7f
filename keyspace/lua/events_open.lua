#!lua
-- Append what waits at the gate, each once, and open it, or keep it open, for the relay that holds the lease. KEYS: the stream, the gate, who
-- was behind last, what waits at the gate, the lease. ARGV: entries that the stream keeps, seconds that a mark lives, token of the holder,
-- who was behind before the relay looked, milliseconds that the gate stays open, what begins the marks. Not in KEYS: the marks of the
-- events that wait. Returns whether the gate is open: not where somebody was behind since; an error, and nothing is done, without the lease.
local refused = without_lease(KEYS[5], ARGV[3])
if refused then return refused end
if (redis.call('GET', KEYS[3]) or '') ~= ARGV[4] then return 0 end
for _, packed in ipairs(redis.call('LRANGE', KEYS[4], 0, -1)) do
  local words = cmsgpack.unpack(packed)
  local mark
  for at = 1, #words, 2 do
    if words[at] == 'id' then mark = ARGV[6] .. words[at + 1] end
  end
  if redis.call('GET', mark) ~= 'appended' then
    redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', unpack(words))
    redis.call('SET', mark, 'appended', 'EX', ARGV[2])
  end
end
redis.call('DEL', KEYS[4])
redis.call('SET', KEYS[2], 1, 'PX', ARGV[5])
return 1
