-- Everything hot that a page of posts needs, see `hydrated`. ARGV: token for leases, seconds that facts live, key of the viewer and
-- their packed id ('' and '' for nobody), then packed ids of posts.
return hydrated({unpack(ARGV, 5)}, ARGV[1], ARGV[2], ARGV[3], ARGV[4])
