-- Read a ranking, and the users whom a page of it needs. KEYS: the ranking. ARGV: token for leases, prefix of the keys of users, number of
-- candidates on the page, seconds before expiry from which users are to be refreshed (0 for none). Not in KEYS: the users in the ranking,
-- whose ids stand there as keyspace/rankings.py says. What is missing is leased. Returns the ranking alone where it is missing, else also
-- the users, and what the caller is to refresh: see `chosen`.
local ranking = lease_rows(KEYS, ARGV[1], 0)[1]
local first, count = string.byte(ranking, 1, 2)
if first == LEASE_BYTE then return {ranking} end
local ids, page = {}, math.min(count, tonumber(ARGV[3]))
if page > 0 then
  local before = 2 + 2 * count
  for i = 1, struct.unpack('>H', ranking, 1 + 2 * page) do
    ids[i] = string.sub(ranking, before + #END * (i - 1) + 1, before + #END * i)
  end
end
return {ranking, lease_rows(keys_of(ARGV[2], ids), ARGV[1], tonumber(ARGV[4])), chosen}
