-- Read all cached rows that a page of users needs: see `users_and_relationships`. KEYS: the users, then the viewer's hash of relationships
-- (none for nobody). ARGV: token for leases, seconds that the hash lives, number of users, seconds before expiry from which rows are to be
-- refreshed (0 for none).
local users = {unpack(KEYS, 1, ARGV[3])}
return users_and_relationships(users, ids_of(users), KEYS[ARGV[3] + 1], ARGV[1], ARGV[2], tonumber(ARGV[4]))
