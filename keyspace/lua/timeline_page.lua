-- Read a page of a timeline. ARGV: the key of the person, packed id to start below ('' for the newest), count, seconds to
-- live. Gives false when the list is absent, else the packed ids; an entry of zero bytes ends a timeline that is whole.
local key = 'tl:' .. ARGV[1]
local first = 0
if ARGV[2] ~= '' then
  local length = redis.call('LLEN', key)
  if length == 0 then return false end
  first = below(key, ARGV[2], length)
end
local page = redis.call('LRANGE', key, first, first + ARGV[3] - 1)
if #page == 0 and first == 0 then return false end
redis.call('EXPIRE', key, ARGV[4])
return page
