-- Give one attempt of each counter back; its window goes on. KEYS: the counters.
for _, key in ipairs(KEYS) do
  if tonumber(redis.call('GET', key) or '0') > 0 then redis.call('DECR', key) end
end
return 0
