-- Read all cached rows that a page of posts needs: see `hydrated`. KEYS: bodies of the posts, their counts, reposts, then the keys of the
-- viewer (none for nobody). ARGV: token for leases, seconds that hashes live, the prefixes of the keys of bodies, of counts and of users,
-- number of posts, number of reposts, seconds before expiry from which rows are to be refreshed (0 for none). Not in KEYS: posts of the
-- reposts, and users who are the authors in the bodies or have reposted.
local posts, reposts = tonumber(ARGV[6]), tonumber(ARGV[7])
local bodies, counts = {unpack(KEYS, 1, posts)}, {unpack(KEYS, posts + 1, 2 * posts)}
local repost_keys, viewer = {unpack(KEYS, 2 * posts + 1, 2 * posts + reposts)}, {unpack(KEYS, 2 * posts + reposts + 1)}
local prefixes = {ARGV[3], ARGV[4], ARGV[5]}
return hydrated(ids_of(bodies), bodies, counts, repost_keys, prefixes, viewer, ARGV[1], ARGV[2], ARGV[8])
