#!lua
-- Append events to the stream, each once. KEYS: the stream, the gate, who left something to the relay last, then the mark of each event.
-- ARGV: entries that the stream keeps, seconds that a mark lives, who adds: `relay`, `courier`, or `behind`, a courier that lets the relay
-- go first, then the channel of nudges, a token that comes once, then for each event the number of its words and the words: fields and
-- values in turn. Returns for each event 1, or 0 where it was appended before; nothing where it is left to the relay, because a courier
-- is behind or the gate is closed. Then the gate is closed, and stays so until the relay has looked.
if ARGV[3] ~= 'relay' and (ARGV[3] == 'behind' or redis.call('EXISTS', KEYS[2]) == 0) then
  redis.call('DEL', KEYS[2])
  redis.call('SET', KEYS[3], ARGV[5])
  redis.call('PUBLISH', ARGV[4], '')
  return false
end
local at, added = 6, {}
for mark = 4, #KEYS do
  local last = at + tonumber(ARGV[at])
  local is_new = redis.call('EXISTS', KEYS[mark]) == 0
  if is_new then
    redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', unpack(ARGV, at + 1, last))
    redis.call('SET', KEYS[mark], 1, 'EX', ARGV[2])
  end
  added[#added + 1] = is_new and 1 or 0
  at = last + 1
end
return added
