#!lua
-- Note when a session was seen, when the person proved who they are, and when by a second factor, if it stands. KEYS: sessions of the
-- person. ARGV: id, and the three in milliseconds since 1970, the latter two 0 where they are as before. Returns whether it stands.
local record = redis.call('HGET', KEYS[1], ARGV[1])
if not record then return 0 end
local session = read_session(record)
session.seen = math.max(session.seen, tonumber(ARGV[2]))
session.authenticated = math.max(session.authenticated, tonumber(ARGV[3]))
session.factor = math.max(session.factor, tonumber(ARGV[4]))
write_session(KEYS[1], ARGV[1], session)
return 1
