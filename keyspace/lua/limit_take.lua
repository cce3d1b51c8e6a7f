#!lua
-- Take one attempt of each limit, or of none. KEYS: the limits. Returns milliseconds to wait and the limit that asks for it, or zeros;
-- and behind them two numbers for each limit, as it is then, see `with_states`.
local found = longest_wait()
if found[2] > 0 then return with_states(found) end
for i = 1, #KEYS do
  if is_rate(i) then
    local interval, _, full = rate_of(i)
    store_rate(i, full + interval)
  else
    local made = attempts_of(i)
    store_attempts(i, made + 1, now)
  end
end
return with_states(found)
