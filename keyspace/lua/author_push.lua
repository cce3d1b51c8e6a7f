#!lua
-- Put a post into its author's own timeline and recent posts: see `push`. KEYS: none. ARGV: packed id, packed key of the author, cap of
-- timelines, what begins the keys of lists and of builders, then the same three of recent posts. Not in KEYS: these four lists.
push(ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4], ARGV[5])
return push(ARGV[1], ARGV[2], tonumber(ARGV[6]), ARGV[7], ARGV[8])
