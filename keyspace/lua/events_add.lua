#!lua
-- Append events to the stream, each once. KEYS: the stream, the gate, who was behind last, what waits at the gate, then the mark of each
-- event. ARGV: entries that the stream keeps, seconds that a mark lives, who adds: `relay`, `courier`, or `behind`, a courier that lets the
-- relay go first, then the channel of nudges, a token that comes once, events that may wait at most, then for each event the number of its
-- words and the words: fields and values in turn. Returns for each event 1, or 0 where it was appended before; nothing where the gate is
-- closed, or closes because a courier is behind. Then events wait at the gate; if too many do, nobody passes until the relay has looked.
local first, count = 7, #KEYS - 4
local function append(mark, last)
  if redis.call('GET', mark) == 'appended' then return 0 end
  redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', unpack(ARGV, first + 1, last))
  redis.call('SET', mark, 'appended', 'EX', ARGV[2])
  return 1
end
local function wait(mark, last)
  if redis.call('SET', mark, 'waits', 'NX', 'EX', ARGV[2]) then
    redis.call('RPUSH', KEYS[4], cmsgpack.pack({unpack(ARGV, first + 1, last)}))
  end
end
local passes = ARGV[3] == 'relay' or ARGV[3] == 'courier' and redis.call('EXISTS', KEYS[2]) == 1
if not passes then
  redis.call('PUBLISH', ARGV[4], '')
  if ARGV[3] == 'behind' or redis.call('LLEN', KEYS[4]) + count > tonumber(ARGV[6]) then
    redis.call('DEL', KEYS[2])
    redis.call('SET', KEYS[3], ARGV[5])
    return false
  end
end
local added = {}
for each = 1, count do
  local last = first + tonumber(ARGV[first])
  added[each] = (passes and append or wait)(KEYS[4 + each], last) or 0
  first = last + 1
end
return passes and added
