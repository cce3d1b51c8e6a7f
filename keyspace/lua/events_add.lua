#!lua
-- Append events to the stream, each once. KEYS: the stream, the gate, who was behind last, what waits at the gate, the lease of the relay,
-- then the mark of each event. ARGV: entries that the stream keeps, seconds that a mark lives, who adds: `relay`, `courier`, or `behind`, a
-- courier that lets the relay go first, then the token of the relay, the channel of nudges, a token that comes once, events that may wait at
-- most, milliseconds that they wait at most, then for each event the number of its words and the words: fields and values in turn.
-- Returns for each event 1, or 0 where it was appended before; nothing where the gate is closed, or closes because a courier is behind. Then
-- events wait at the gate. If too many do, or too long, all are left to the relay, which has to look before anybody passes; an error, and
-- nothing is done, for a relay without its lease.
local first, count = 9, #KEYS - 5
local function append(mark, last)
  if redis.call('GET', mark) == 'appended' then return 0 end
  redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', unpack(ARGV, first + 1, last))
  redis.call('SET', mark, 'appended', 'EX', ARGV[2])
  return 1
end
local function wait(mark, last)
  if not redis.call('SET', mark, 'waits', 'NX', 'EX', ARGV[2]) then return end
  if redis.call('RPUSH', KEYS[4], cmsgpack.pack({unpack(ARGV, first + 1, last)})) == 1 then redis.call('PEXPIRE', KEYS[4], ARGV[8]) end
end
-- Return whether no more may wait. What waits ends before the marks do, or it would be appended again; and it ends with nothing in it that
-- came during the relay's last look, or the next event of the same person would overtake that. So nothing is added in its second half.
local function is_full()
  local left = redis.call('PTTL', KEYS[4])
  return redis.call('LLEN', KEYS[4]) + count > tonumber(ARGV[7]) or (left >= 0 and left < ARGV[8] / 2)
end
local passes = ARGV[3] == 'courier' and redis.call('EXISTS', KEYS[2]) == 1
if ARGV[3] == 'relay' then
  local refused = without_lease(KEYS[5], ARGV[4])
  if refused then return refused end
  passes = true
end
if not passes then
  redis.call('PUBLISH', ARGV[5], '')
  if ARGV[3] == 'behind' or is_full() then
    redis.call('DEL', KEYS[2], KEYS[4])
    redis.call('SET', KEYS[3], ARGV[6])
    return false
  end
end
local added = {}
for each = 1, count do
  local last = first + tonumber(ARGV[first])
  added[each] = (passes and append or wait)(KEYS[5 + each], last) or 0
  first = last + 1
end
return passes and added
