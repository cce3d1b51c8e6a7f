-- Rows of one kind. ARGV: lease token, prefix, then packed ids. What is not hot is false, and leased to the caller.
return lease_rows(ARGV[2], {unpack(ARGV, 3)}, ARGV[1])
