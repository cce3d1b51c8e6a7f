-- Read all cached rows that a page of posts needs: see `hydrated`. ARGV: token for leases, seconds that flags and relationships
-- live, key of the viewer and their packed id ('' and '' for nobody), count of flags, names of the viewer's hashes of flags, then
-- packed ids of posts.
local flags = tonumber(ARGV[5])
return hydrated({unpack(ARGV, 6 + flags)}, ARGV[1], ARGV[2], ARGV[3], ARGV[4], {unpack(ARGV, 6, 5 + flags)})
