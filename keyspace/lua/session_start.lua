#!lua
-- Start a session. Those that have ended go, and where too many stand, those that were not seen for longest. KEYS: sessions of the person.
-- ARGV: id, record, milliseconds since 1970, most sessions. Returns the ids of those that went.
local key, id, record, now, most = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local gone, others = {}, {}
local found = redis.call('HGETALL', key)
for at = 1, #found, 2 do
  if found[at] ~= id then
    local session = read_session(found[at + 1])
    if has_ended(session, now) then
      gone[#gone + 1] = found[at]
    else
      others[#others + 1] = {id = found[at], seen = session.seen}
    end
  end
end
table.sort(others, function(one, other)
  if one.seen == other.seen then return one.id < other.id end
  return one.seen < other.seen
end)
for at = 1, #others - most + 1 do gone[#gone + 1] = others[at].id end
if #gone > 0 then redis.call('HDEL', key, unpack(gone)) end
redis.call('HSET', key, id, record)
keep_sessions(key, read_session(record))
return gone
