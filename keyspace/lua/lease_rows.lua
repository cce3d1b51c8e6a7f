-- Read rows. KEYS: the rows. ARGV: token for leases, seconds before expiry from which rows are to be refreshed (0 for none). What is
-- missing is leased. Returns the rows, and what the caller is to refresh: see `chosen`.
return {lease_rows(KEYS, ARGV[1], tonumber(ARGV[2])), chosen}
