#!lua
-- Put the hashtags that a viewer follows in place. KEYS: the set, the list of who builds it, and whom the viewer follows. ARGV: token,
-- milliseconds to live, the member of the last that says that they follow hashtags, then the hashtags. Returns 0 when another token stands, or
-- none: what this builder read may be too old.
if redis.call('LINDEX', KEYS[2], 0) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1], KEYS[2])
if #ARGV == 3 then
  redis.call('SREM', KEYS[3], ARGV[3])
else
  redis.call('SADD', KEYS[1], unpack(ARGV, 4))
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return 1
