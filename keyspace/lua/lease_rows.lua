-- Rows of one kind. ARGV: token for leases, prefix, then packed ids. What is not hot is a lease.
return lease_rows(ARGV[2], {unpack(ARGV, 3)}, ARGV[1])
