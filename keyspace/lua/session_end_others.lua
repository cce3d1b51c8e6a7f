-- End all sessions but one, and but those that were started later. KEYS: sessions of the person. ARGV: id of the one, empty for none, and
-- milliseconds since 1970, empty where none was started too late. Returns the ids of those that ended.
local key, spared, latest = KEYS[1], ARGV[1], tonumber(ARGV[2])
local gone = {}
local found = redis.call('HGETALL', key)
for at = 1, #found, 2 do
  if found[at] ~= spared and (not latest or read_session(found[at + 1]).created <= latest) then gone[#gone + 1] = found[at] end
end
if #gone > 0 then redis.call('HDEL', key, unpack(gone)) end
return gone
