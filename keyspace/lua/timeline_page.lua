-- Read a slice of a timeline, see `slice`. KEYS: the list. ARGV: packed id to start below ('' for the newest), count, seconds to live.
return slice(KEYS[1], ARGV[1], ARGV[2], ARGV[3])
