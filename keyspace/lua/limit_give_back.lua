#!lua
-- Give one attempt back to each limit, to none more than was taken. KEYS: the limits.
for i = 1, #KEYS do
  if is_rate(i) then
    local interval, _, full = rate_of(i)
    store_rate(i, full - interval)
  else
    local made, at = attempts_of(i)
    store_attempts(i, made - 1, at)
  end
end
return 0
