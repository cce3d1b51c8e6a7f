-- Push one post to many timelines. ARGV: packed id, cap, then the keys of the people. Gives to how many it was new.
-- Lists that are absent are left alone, unless one is being built: then its builder is left the id.
local id, cap, pushed = ARGV[1], tonumber(ARGV[2]), 0
for i = 3, #ARGV do
  local key = 'tl:' .. ARGV[i]
  local head = redis.call('LINDEX', key, 0)
  if head then
    pushed = pushed + insert(key, head, id, cap)
  else
    aside(ARGV[i], id)
  end
end
return pushed
