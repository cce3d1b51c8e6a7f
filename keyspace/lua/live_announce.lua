#!lua
-- Add events to the live stream, each once and in this order, for the worker that holds the lease. KEYS: the stream, the lease, then the
-- mark of each event. ARGV: token of the holder, entries that the stream keeps, seconds that a mark lives, then for each event the number
-- of its words and the words: fields and values in turn. Returns how many were added; an error, and nothing is done, without the lease.
local refused = without_lease(KEYS[2], ARGV[1])
if refused then return refused end
local at, added = 4, 0
for mark = 3, #KEYS do
  local last = at + tonumber(ARGV[at])
  if redis.call('EXISTS', KEYS[mark]) == 0 then
    redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', unpack(ARGV, at + 1, last))
    redis.call('SET', KEYS[mark], 1, 'EX', ARGV[3])
    added = added + 1
  end
  at = last + 1
end
return added
