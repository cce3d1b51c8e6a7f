#!lua
-- Count that somebody has viewed posts. KEYS: the views of posts that wait to be written, what this person has viewed lately, then who has
-- viewed each of the posts. ARGV: the packed id of the person, the milliseconds after which they may count again, the bits of what they have
-- viewed lately, and the most posts that wait. A post is two of these bits, taken from the random end of its id: where both are set, it was viewed
-- lately, or, rarely, takes the bits of others. So one person counts at most as often as there are bits, whatever they send.
local waiting, lately, bits = KEYS[1], KEYS[2], tonumber(ARGV[3])
local room = redis.call('HLEN', waiting) < tonumber(ARGV[4])
for i = 3, #KEYS do
  local id = string.sub(KEYS[i], -#END)
  if room or redis.call('HEXISTS', waiting, id) == 1 then
    local one, two = struct.unpack('>I2I2', id, #END - 3)
    local first, second = redis.call('SETBIT', lately, one % bits, 1), redis.call('SETBIT', lately, two % bits, 1)
    if first == 0 or second == 0 then
      redis.call('HINCRBY', waiting, id, 1)
      redis.call('PFADD', KEYS[i], ARGV[1])
    end
  end
end
if redis.call('PTTL', lately) == -1 then redis.call('PEXPIRE', lately, ARGV[2]) end
