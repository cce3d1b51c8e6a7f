-- Read the ids of the users of some names, and all cached rows that these users need: see `users_and_relationships`. Their counts come
-- along where they are cached. KEYS: the rows of the names, then the viewer's hash of relationships (none for nobody). ARGV: token for
-- leases, seconds that the hash lives, the prefixes of the keys of users and of their counts, number of names, seconds before expiry from
-- which rows are to be refreshed (0 for none). Returns the rows of the names, the packed ids in them, each once, the counts and the rows
-- of these users; a name that nobody has brings none. Not in KEYS: the users in the rows of the names, and their counts.
local names, token, early = {unpack(KEYS, 1, ARGV[5])}, ARGV[1], tonumber(ARGV[6])
local found, ids, seen = lease_rows(names, token, early), {}, {}
for i = 1, #found do
  local id = string.sub(found[i], 1, #END)
  local first = string.byte(id)
  if first ~= LEASE_BYTE and first ~= NONE_BYTE and not seen[id] then
    seen[id] = true
    ids[#ids + 1] = id
  end
end
local counts = peek_rows(keys_of(ARGV[4], ids), token, early)
return {found, ids, counts, users_and_relationships(keys_of(ARGV[3], ids), ids, KEYS[#names + 1], token, ARGV[2], early)}
