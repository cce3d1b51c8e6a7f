-- Tell which posts every page has whose reader is to see them: they are on all lists that they are pushed to, or pages merge them, or they
-- are removed. KEYS: the plan of each post. Returns their numbers, from 1 on.
local delivered = {}
for at = 1, #KEYS do
  local mode, step, done = unpack(redis.call('HMGET', KEYS[at], 'mode', 'step', 'done'))
  if step == 'remove' or done or (mode and mode ~= 'PUSH') then delivered[#delivered + 1] = at end
end
return delivered
