-- Read a slice of the viewer's timeline and all cached rows that its posts need, in one go: see `slice` and `hydrated`. KEYS: the
-- timeline, then the keys of the viewer. ARGV: packed id to start below ('' for the newest), count, seconds that the list lives, token
-- for leases, seconds that hashes live, then the prefixes of the keys of bodies, of counts and of users. Returns false when the list
-- is absent. Not in KEYS: bodies and counts of the posts in the list, and users who are the authors in these bodies.
local found = slice(KEYS[1], ARGV[1], ARGV[2], ARGV[3])
if not found then return false end
local ids = {unpack(found)}
if ids[#ids] == END then ids[#ids] = nil end
local bodies, counts = keys_of(ARGV[6], ids), keys_of(ARGV[7], ids)
return {found, hydrated(ids, bodies, counts, ARGV[8], {unpack(KEYS, 2)}, ARGV[4], ARGV[5])}
