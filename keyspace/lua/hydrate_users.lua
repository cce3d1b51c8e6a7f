-- Read all cached rows that a page of users needs: the users, and the relationship of the viewer and each. KEYS: the users, then the
-- viewer's hash of relationships (none for nobody). ARGV: token for leases, seconds that the hash lives, number of users, seconds before
-- expiry from which rows are to be refreshed (0 for none). What is missing is leased. Returns also what the caller is to refresh: see
-- `chosen`.
local users, hash = {unpack(KEYS, 1, ARGV[3])}, KEYS[ARGV[3] + 1]
local relationships = {}
if hash then relationships = lease_fields(hash, ids_of(users), ARGV[1], ARGV[2]) end
return {lease_rows(users, ARGV[1], tonumber(ARGV[4])), relationships, chosen}
