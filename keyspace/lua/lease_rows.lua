-- Read rows of one kind. ARGV: token for leases, prefix of keys, then packed ids. What is missing is leased.
return lease_rows(ARGV[2], {unpack(ARGV, 3)}, ARGV[1])
