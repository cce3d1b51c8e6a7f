-- Facts of one hash. ARGV: token for leases, hash, seconds to live, then packed ids. What is not known is a lease.
return lease_facts(ARGV[2], {unpack(ARGV, 4)}, ARGV[1], ARGV[3])
