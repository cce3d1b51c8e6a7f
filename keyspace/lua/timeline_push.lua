-- Push one post to many timelines. ARGV: packed id, cap, then the keys of the people.
-- Lists that are absent are left alone, unless one is being built: then its builder is left the id.
local id, cap, pushed = ARGV[1], tonumber(ARGV[2]), 0
for i = 3, #ARGV do
  local key = 'tl:' .. ARGV[i]
  local head = redis.call('LINDEX', key, 0)
  if head then
    pushed = pushed + insert(key, head, id, cap)
  elseif redis.call('EXISTS', 'tlb:' .. ARGV[i]) == 1 then
    redis.call('RPUSH', 'tlp:' .. ARGV[i], id)
  end
end
return pushed
