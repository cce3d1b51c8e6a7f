#!lua
-- Move a person's position in a feed. KEYS: their positions, then those of everybody that are not written to the graph yet. ARGV: the feed,
-- its name among these, the milliseconds at which they were there, the place, when they were at the position that their device knew ('' where
-- it says nothing), and 1 where it moves in any case. Where Redis holds no position, the caller adds what the graph holds: '' or a position.
-- A position is its milliseconds, a space and the place. Returns 1 where the place is what was asked for now, 0 where another stays, and
-- the position; nothing where Redis holds none and the graph was not asked.
local feed, name, at, place, known, anyway = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4], tonumber(ARGV[5]), ARGV[6] == '1'
local found = redis.call('HGET', KEYS[1], feed)
if not found then
  if not ARGV[7] then return {} end
  found = ARGV[7]
end
local was, where = string.match(found, '^(%d+) (.*)$')
was = tonumber(was or '-1')
local asked = where == place
if asked and at <= was then return {1, found} end
if not asked and not anyway and (at <= was or known and known < was) then
  return {0, found}
end
local moved = string.format('%.0f', math.max(at, was + 1))
redis.call('HSET', KEYS[1], feed, moved .. ' ' .. place)
redis.call('PERSIST', KEYS[1])
redis.call('ZADD', KEYS[2], moved, name)
return {1, moved .. ' ' .. place}
