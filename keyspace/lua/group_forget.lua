-- Remove workers that owe nothing from a consumer group: one by name, and those that are idle for long. It is one step, because to
-- remove a worker is to lose what it was given a moment before. KEYS: the stream. ARGV: group, name of a worker, milliseconds.
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local removed = 0
for _, worker in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local name, pending, idle = worker[2], worker[4], worker[6]
  if pending == 0 and (name == ARGV[2] or idle > tonumber(ARGV[3])) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], name)
    removed = removed + 1
  end
end
return removed
