#!lua
-- Fill rows where the caller's lease still stands, or the mark by which they refresh. KEYS: the rows. ARGV: for each row its lease or mark,
-- the seconds that it lives, and its value.
local now = redis.call('TIME')[1]
for i, key in ipairs(KEYS) do
  local lease, life, value = ARGV[3 * i - 2], ARGV[3 * i - 1], ARGV[3 * i]
  if string.sub(redis.call('GET', key) or '', -#lease) == lease then
    local at = now + life
    redis.call('SET', key, value .. struct.pack('>I4', at), 'EXAT', at)
  end
end
return 1
