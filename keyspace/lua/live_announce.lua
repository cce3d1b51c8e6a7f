#!lua
-- Add events to the live stream, each once and in this order, for the worker that holds the lease, and note posts whose counts changed.
-- KEYS: the stream, its epoch, the lease, the set of such posts, then the mark of each event. ARGV: token of the holder, an epoch if there
-- is none, entries that the stream keeps, milliseconds for which it keeps them, seconds that a mark lives, the number of such posts and
-- their ids, then for each event the number of its words and the words: fields and values in turn. Returns how many were added; an error,
-- and nothing is done, without the lease.
local refused = without_lease(KEYS[3], ARGV[1])
if refused then return refused end
redis.call('SET', KEYS[2], ARGV[2], 'NX')
local counted = tonumber(ARGV[6])
if counted > 0 then redis.call('SADD', KEYS[4], unpack(ARGV, 7, 6 + counted)) end
local at, added = 7 + counted, 0
-- What comes first has a place before it, as in live_begin.lua.
if #KEYS > 4 and redis.call('XLEN', KEYS[1]) == 0 then redis.call('XADD', KEYS[1], '*', 'type', 'live.begun') end
for mark = 5, #KEYS do
  local last = at + tonumber(ARGV[at])
  if redis.call('EXISTS', KEYS[mark]) == 0 then
    redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], '*', unpack(ARGV, at + 1, last))
    redis.call('SET', KEYS[mark], 1, 'EX', ARGV[5])
    added = added + 1
  end
  at = last + 1
end
if #KEYS == 4 then return 0 end
-- The newest of those that are too old stays: who has read it has missed nothing, however long nothing came after it.
local now = redis.call('TIME')
local oldest = string.format('%.0f', math.max(0, now[1] * 1000 + math.floor(now[2] / 1000) - ARGV[4]))
local kept = redis.call('XREVRANGE', KEYS[1], oldest, '-', 'COUNT', 1)[1]
if kept then redis.call('XTRIM', KEYS[1], 'MINID', '~', kept[1]) end
return added
