-- Acknowledge entries of a consumer group, then take the next in the order of the stream, for the worker that holds the lease: the oldest
-- that is not acknowledged, whoever it was given to, alone, as it may be one that kills workers; else new ones. KEYS: the stream, the lease.
-- ARGV: token of the holder, group, worker, most new entries, what to add to the deliveries of an old one, then ids to acknowledge.
-- Returns how often the entries were delivered, the entries, and the last id of the stream; an error without the lease.
if #ARGV > 5 then redis.call('XACK', KEYS[1], ARGV[2], unpack(ARGV, 6)) end
local refused = without_lease(KEYS[2], ARGV[1])
if refused then return refused end
local pending = redis.call('XPENDING', KEYS[1], ARGV[2], '-', '+', 1)[1]
while pending do
  local delivered = pending[4] + ARGV[5]
  local claimed = redis.call('XCLAIM', KEYS[1], ARGV[2], ARGV[3], 0, pending[1], 'RETRYCOUNT', delivered)
  if #claimed > 0 then return {delivered, claimed, pending[1]} end
  redis.call('XACK', KEYS[1], ARGV[2], pending[1])  -- it was trimmed from the stream
  pending = redis.call('XPENDING', KEYS[1], ARGV[2], '-', '+', 1)[1]
end
local found = redis.call('XREADGROUP', 'GROUP', ARGV[2], ARGV[3], 'COUNT', ARGV[4], 'STREAMS', KEYS[1], '>')
local facts = redis.call('XINFO', 'STREAM', KEYS[1])
for at = 1, #facts, 2 do
  if facts[at] == 'last-generated-id' then return {1, found and found[1][2] or {}, facts[at + 1]} end
end
