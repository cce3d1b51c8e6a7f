-- Read all cached rows that a page of posts needs: see `hydrated`. ARGV: token for leases, seconds that flags and relationships
-- live, key of the viewer and their packed id ('' and '' for nobody), prefix of the keys of counts, number of flags, names of the
-- viewer's hashes of flags, then packed ids of posts.
local flags = tonumber(ARGV[6])
return hydrated({unpack(ARGV, 7 + flags)}, ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], {unpack(ARGV, 7, 6 + flags)})
