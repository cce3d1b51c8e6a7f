-- Read the head of a list of posts, and all cached rows that its first posts need: see `ids_in` and `hydrated`. KEYS: the head, then the keys
-- of the viewer (none for nobody). ARGV: token for leases, seconds that hashes live, the prefixes of the keys of bodies, of counts, of
-- users and of reposts, the number of posts at most, seconds before expiry from which rows are to be refreshed (0 for none). Returns the
-- head, and the rows; nothing but a lease where the head is missing. Not in KEYS: bodies and counts of the posts in the head, reposts in
-- it and their posts, and users who are the authors in the bodies or have reposted.
local head = lease_rows({KEYS[1]}, ARGV[1], tonumber(ARGV[8]))[1]
if string.byte(head) == LEASE_BYTE then return {head} end
local rows = entries_hydrated(
  ids_in(head, tonumber(ARGV[7])), {}, {ARGV[3], ARGV[4], ARGV[5], ARGV[6]}, {unpack(KEYS, 2)}, ARGV[1], ARGV[2], ARGV[8])
return {head, rows}
