#!lua
-- Put the last minutes of people back into a shard of activity, where none stand. KEYS: the shard. ARGV: the head that it must have ('' for
-- any), the head to leave, seconds that a new shard lives, then for each place in the shard, in bytes, the minute: four bytes each, packed
-- in one string. Returns 0 where the shard has another head: then nothing was done.
if ARGV[1] ~= '' and redis.call('GETRANGE', KEYS[1], 0, 3) ~= ARGV[1] then return 0 end
redis.call('SETRANGE', KEYS[1], 0, ARGV[2])
for at = 1, #ARGV[4], 8 do
  local place = struct.unpack('<I4', ARGV[4], at)
  local noted = redis.call('GETRANGE', KEYS[1], place, place + 3)
  if noted == '' or noted == '\0\0\0\0' then redis.call('SETRANGE', KEYS[1], place, string.sub(ARGV[4], at + 4, at + 7)) end
end
redis.call('EXPIRE', KEYS[1], ARGV[3], 'NX')
return 1
