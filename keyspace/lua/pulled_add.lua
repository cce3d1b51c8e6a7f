#!lua
-- Add an author to the pulled authors. KEYS: the set, and the list of who builds it. ARGV: key of the author. An absent set stays absent;
-- if somebody builds it, the author waits behind the builder's token.
if redis.call('EXISTS', KEYS[1]) == 1 then return redis.call('SADD', KEYS[1], ARGV[1]) end
redis.call('RPUSHX', KEYS[2], ARGV[1])
return 0
