-- Read a slice of the viewer's timeline and all cached rows that its posts need, in one go: see `slice` and `hydrated`. ARGV: key of
-- the viewer, packed id to start below ('' for the newest), count, seconds that the list lives, token for leases, seconds that flags
-- and relationships live, packed id of the viewer, prefix of the keys of counts, then names of the viewer's hashes of flags. Returns
-- false when the list is absent.
local found = slice('tl:{' .. ARGV[1] .. '}', ARGV[2], ARGV[3], ARGV[4])
if not found then return false end
local ids = {unpack(found)}
if ids[#ids] == END then ids[#ids] = nil end
return {found, hydrated(ids, ARGV[5], ARGV[6], ARGV[1], ARGV[7], ARGV[8], {unpack(ARGV, 9)})}
