#!lua
-- Count that somebody has viewed posts. KEYS: the views of posts that wait to be written, what this person has viewed lately, the bytes of
-- who has viewed posts that wait, then who has viewed each of the posts. ARGV: the packed id of the person, the milliseconds within which they
-- count once, the bits of what they have viewed in half of that time, the most posts that wait, and the most such bytes. A post is two of these bits, taken from the random end of its id: where both are
-- set, it was viewed lately, or, rarely, takes the bits of others. So one person counts at most as often as there are bits, whatever they send.
-- The bits stand in turn, by the clock of Redis, for each half of the time: those of the present half and of the two before are looked at, so
-- nobody counts again too early, and who keeps looking counts again after three halves. Before them stands the number of the half.
local HALVES, HEAD = 3, 8
local waiting, lately, size, bits = KEYS[1], KEYS[2], KEYS[3], tonumber(ARGV[3])
local half = math.max(1, math.floor(tonumber(ARGV[2]) / 2))
local time = redis.call('TIME')
local now = math.floor((time[1] * 1000 + math.floor(time[2] / 1000)) / half)

-- Forget what was viewed in halves that are over.
local head = redis.call('GETRANGE', lately, 0, HEAD - 1)
local passed = #head == HEAD and now - struct.unpack('>I8', head) or HALVES
if passed < 0 or passed >= HALVES then
  redis.call('DEL', lately)
else
  for each = now - passed + 1, now do
    redis.call('SETRANGE', lately, HEAD + each % HALVES * bits / 8, string.rep('\0', bits / 8))
  end
end

local function bit_of(at, of_half) return HEAD * 8 + of_half % HALVES * bits + at % bits end

local function is_seen(one, two)
  for each = now - HALVES + 1, now do
    if redis.call('GETBIT', lately, bit_of(one, each)) == 1 and redis.call('GETBIT', lately, bit_of(two, each)) == 1 then return true end
  end
  return false
end

local room = redis.call('HLEN', waiting) < tonumber(ARGV[4])
if tonumber(redis.call('GET', size) or '0') >= tonumber(ARGV[5]) then return end
local grown = 0
for i = 4, #KEYS do
  local id = string.sub(KEYS[i], -#END)
  if room or redis.call('HEXISTS', waiting, id) == 1 then
    local one, two = struct.unpack('>I2I2', id, #END - 3)
    if not is_seen(one, two) then
      redis.call('SETBIT', lately, bit_of(one, now), 1)
      redis.call('SETBIT', lately, bit_of(two, now), 1)
      redis.call('HINCRBY', waiting, id, 1)
      local before = redis.call('STRLEN', KEYS[i])
      redis.call('PFADD', KEYS[i], ARGV[1])
      grown = grown + redis.call('STRLEN', KEYS[i]) - before
    end
  end
end
if grown > 0 then redis.call('INCRBY', size, grown) end
if redis.call('EXISTS', lately) == 1 then
  redis.call('SETRANGE', lately, 0, struct.pack('>I8', now))
  redis.call('PEXPIRE', lately, HALVES * half)
end
