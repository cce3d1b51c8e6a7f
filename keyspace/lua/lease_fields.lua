-- Read fields of one hash. KEYS: the hash. ARGV: token for leases, seconds to live, then packed ids. What is missing is leased.
return lease_fields(KEYS[1], {unpack(ARGV, 3)}, ARGV[1], ARGV[2])
