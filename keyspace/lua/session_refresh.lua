#!lua
-- Let a session go on by its refresh token, and make the next generation of this token the good one. KEYS: sessions of the person. ARGV: id,
-- generation of the token, milliseconds since 1970, milliseconds for which the token before is answered as well, milliseconds until an
-- idle session ends. Returns nothing where there is no such session, `on` and the record; or, where the token was used too long ago, `reused`
-- and the record of the session, which has ended by that.
--
-- A generation above the one that stands here was made by us: Redis has lost that, and takes it from the token.
local key, id, presented, now, grace, idle =
  KEYS[1], ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local record = redis.call('HGET', key, id)
if not record then return false end
local session = read_session(record)
if has_ended(session, now) then
  redis.call('HDEL', key, id)
  return false
end
local before = session.generation - 1
if presented < before or (presented == before and now - session.replaced > grace) then
  redis.call('HDEL', key, id)
  return {'reused', record}
end
if presented > before then
  session.generation, session.replaced = presented + 1, now
end
session.idle_ends = math.max(session.idle_ends, math.min(now + idle, session.ends))
session.seen = math.max(session.seen, now)
record = write_session(key, id, session)
keep_sessions(key, session)
return {'on', record}
