-- Remove plans of posts that have a lifetime: their tasks are done, or set aside. KEYS: the plans. Returns how many there were.
local removed = 0
for _, plan in ipairs(KEYS) do
  if redis.call('TTL', plan) >= 0 then removed = removed + redis.call('UNLINK', plan) end
end
return removed
