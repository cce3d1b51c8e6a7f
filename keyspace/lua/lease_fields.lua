-- Read fields of one hash. ARGV: token for leases, hash, seconds to live, then packed ids. What is missing is leased.
return lease_fields(ARGV[2], {unpack(ARGV, 4)}, ARGV[1], ARGV[3])
