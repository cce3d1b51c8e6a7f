-- Push one post to many timelines. KEYS: for each viewer the list, and the list of who builds it. ARGV: packed id, cap. Returns to
-- how many lists it was new. An absent list stays absent; if somebody builds it, the id waits behind the builder's token.
local id, cap, pushed = ARGV[1], tonumber(ARGV[2]), 0
for i = 1, #KEYS, 2 do
  local head = redis.call('LINDEX', KEYS[i], 0)
  if head then
    pushed = pushed + insert(KEYS[i], head, id, cap)
  else
    redis.call('RPUSHX', KEYS[i + 1], id)
  end
end
return pushed
