-- Read a slice of a timeline, see `slice`. ARGV: the key of the person, packed id to start below ('' for the newest), count, seconds
-- to live.
return slice(ARGV[1], ARGV[2], ARGV[3], ARGV[4])
