#!lua
-- Fill rows of what was written, where the lease from before still stands; that something does not exist goes, if somebody noted it before it
-- did. KEYS: the rows. ARGV: token, then for each row the seconds that it lives, and its value.
local now = redis.call('TIME')[1]
for i, key in ipairs(KEYS) do
  local found = redis.call('GET', key) or ''
  if found == '?' .. ARGV[1] then
    local at = now + ARGV[2 * i]
    redis.call('SET', key, ARGV[2 * i + 1] .. struct.pack('>I4', at), 'EXAT', at)
  elseif string.byte(found) == NONE_BYTE then
    redis.call('UNLINK', key)
  end
end
return 1
