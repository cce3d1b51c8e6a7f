#!lua
-- Put built lists of recent posts in place: see `finish`. KEYS: for each the list, and the list of who builds it. ARGV: token, cap,
-- milliseconds to live, then for each list the number of its ids and its packed ids, newest first. Returns how many are in place.
local placed, at = 0, 4
for i = 1, #KEYS, 2 do
  local count, ids = tonumber(ARGV[at]), {}
  for n = 1, count do ids[n] = ARGV[at + n] end
  placed = placed + finish(KEYS[i], KEYS[i + 1], ARGV[1], ids, tonumber(ARGV[2]), ARGV[3])
  at = at + count + 1
end
return placed
