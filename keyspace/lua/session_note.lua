#!lua
-- Note when a session was seen, and when the person proved who they are, if it stands. KEYS: sessions of the person. ARGV: id, and both in
-- milliseconds since 1970, the second 0 where it is as before. Returns whether it stands.
local record = redis.call('HGET', KEYS[1], ARGV[1])
if not record then return 0 end
local session = read_session(record)
session.seen = math.max(session.seen, tonumber(ARGV[2]))
session.authenticated = math.max(session.authenticated, tonumber(ARGV[3]))
write_session(KEYS[1], ARGV[1], session)
return 1
