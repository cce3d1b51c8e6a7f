-- Read all cached rows that a page of posts needs: see `hydrated`. KEYS: bodies of the posts, their counts, then the keys of the viewer
-- (none for nobody). ARGV: token for leases, seconds that hashes live, prefix of the keys of users, number of posts, seconds before expiry
-- from which rows are to be refreshed (0 for none). Not in KEYS: users who are the authors in the bodies.
local count = tonumber(ARGV[4])
local bodies, counts = {unpack(KEYS, 1, count)}, {unpack(KEYS, count + 1, 2 * count)}
return hydrated(ids_of(bodies), bodies, counts, ARGV[3], {unpack(KEYS, 2 * count + 1)}, ARGV[1], ARGV[2], ARGV[5])
