#!lua
-- Give the live stream an epoch and a first entry where it has none, so that there is always a place to come back to. KEYS: the stream,
-- its epoch. ARGV: an epoch if there is none. Returns the epoch and the id of the newest entry.
redis.call('SET', KEYS[2], ARGV[1], 'NX')
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
return {redis.call('GET', KEYS[2]), newest and newest[1] or redis.call('XADD', KEYS[1], '*', 'type', 'live.begun')}
