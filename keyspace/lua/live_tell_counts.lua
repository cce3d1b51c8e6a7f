#!lua
-- Tell posts whose counts changed as entries of the stream of counts, unless that was done a moment ago. KEYS: the stream, the set of these
-- posts, the mark of the pause after they were told. ARGV: most posts of an entry, most entries at once, entries that the stream keeps,
-- milliseconds for which it keeps them, milliseconds of the pause. Each entry names the one before it, so that who reads notices when some
-- are gone. The newest always stays. Returns how many posts were told.
if redis.call('EXISTS', KEYS[3]) == 1 then return 0 end
local told, last = 0, nil
for _ = 1, ARGV[2] do
  local posts = redis.call('SPOP', KEYS[2], ARGV[1])
  if #posts == 0 then break end
  local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
  local after = newest and newest[1] or '0-0'
  last = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], '*', 'after', after, 'posts', table.concat(posts, ' '))
  told = told + #posts
end
if told == 0 then return 0 end
redis.call('SET', KEYS[3], 1, 'PX', ARGV[5])
redis.call('XTRIM', KEYS[1], 'MINID', '~', string.format('%.0f', math.max(0, tonumber(string.match(last, '^%d+')) - ARGV[4])))
return told
