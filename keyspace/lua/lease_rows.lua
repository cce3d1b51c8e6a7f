-- Read rows. KEYS: the rows. ARGV: token for leases. What is missing is leased.
return lease_rows(KEYS, ARGV[1])
