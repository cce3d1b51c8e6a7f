-- Read the head of a list of users, and all cached rows that its first users need: see `ids_in` and `users_and_relationships`. KEYS: the
-- head, then the viewer's hash of relationships (none for nobody). ARGV: token for leases, seconds that the hash lives, the prefix of the
-- keys of users, the number of users at most, seconds before expiry from which rows are to be refreshed (0 for none). Returns the head, and
-- the rows; nothing but a lease where the head is missing. Not in KEYS: the users in the head.
local early = tonumber(ARGV[5])
local head = lease_rows({KEYS[1]}, ARGV[1], early)[1]
if string.byte(head) == LEASE_BYTE then return {head} end
local ids = ids_in(head, tonumber(ARGV[4]))
return {head, users_and_relationships(keys_of(ARGV[3], ids), ids, KEYS[2], ARGV[1], ARGV[2], early)}
