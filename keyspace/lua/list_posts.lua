-- Read the head of a list of posts, and all cached rows that its first posts need: see `ids_in` and `hydrated`. KEYS: the head, then the keys
-- of the viewer (none for nobody). ARGV: token for leases, seconds that hashes live, the prefixes of the keys of bodies, of counts and of
-- users, the number of posts at most, seconds before expiry from which rows are to be refreshed (0 for none). Returns the head, and
-- the rows; nothing but a lease where the head is missing. Not in KEYS: bodies and counts of the posts in the head, and users who are the
-- authors in the bodies.
local head = lease_rows({KEYS[1]}, ARGV[1], tonumber(ARGV[7]))[1]
if string.byte(head) == LEASE_BYTE then return {head} end
local ids = ids_in(head, tonumber(ARGV[6]))
local bodies, counts = keys_of(ARGV[3], ids), keys_of(ARGV[4], ids)
return {head, hydrated(ids, bodies, counts, ARGV[5], {unpack(KEYS, 2)}, ARGV[1], ARGV[2], ARGV[7])}
