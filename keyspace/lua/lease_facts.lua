-- Facts of one hash. ARGV: lease token, hash, seconds to live, then packed ids. What is not known is false, and leased.
return lease_facts(ARGV[2], {unpack(ARGV, 4)}, ARGV[1], ARGV[3])
