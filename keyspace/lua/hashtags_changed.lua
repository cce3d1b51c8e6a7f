#!lua
-- Let the next page read which hashtags a viewer follows. KEYS: whom the viewer follows, the hashtags that they follow, the list of who builds
-- these, and the list of who builds the timeline. ARGV: the member that says that they follow hashtags. Who builds either may have read
-- before the change.
redis.call('DEL', KEYS[2], KEYS[3], KEYS[4])
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('SADD', KEYS[1], ARGV[1]) end
return 1
