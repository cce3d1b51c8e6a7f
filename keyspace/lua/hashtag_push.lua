#!lua
-- Put a post into the lists of posts with hashtags that exist: see `insert`. KEYS: for each the list, and the list of who builds it. ARGV:
-- packed id, cap. An absent list stays absent; if somebody builds it, the id waits behind the builder's token. Returns to how many lists the
-- post was new.
local pushed = 0
for i = 1, #KEYS, 2 do
  local head = redis.call('LINDEX', KEYS[i], 0)
  if head then
    pushed = pushed + insert(KEYS[i], head, ARGV[1], tonumber(ARGV[2]))
  else
    redis.call('RPUSHX', KEYS[i + 1], ARGV[1])
  end
end
return pushed
