#!lua
-- Add an author to the pulled authors. KEYS: the set, the list of who builds it, its version, and what is being settled. ARGV: key of the
-- author, and a token for the version. An absent set stays absent; if somebody builds it, the author waits behind the builder's token.
redis.call('HDEL', KEYS[4], ARGV[1])
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('RPUSHX', KEYS[2], ARGV[1])
  return 0
end
local added = redis.call('SADD', KEYS[1], ARGV[1])
if added == 1 or redis.call('EXISTS', KEYS[3]) == 0 then redis.call('SET', KEYS[3], ARGV[2]) end
return added
