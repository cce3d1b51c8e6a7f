-- Read a slice of the viewer's home timeline and all cached rows that its posts need, in one go: see `slice` and `hydrated`. The viewer's
-- own list is merged with the recent posts of the pulled authors and the posts with the hashtags that they follow. KEYS: the timeline, whom
-- the viewer follows, the pulled authors among them, all pulled authors, the version of these, the hashtags that the viewer follows, the
-- keys of the viewer, then the shard of activity that they are in. ARGV: packed id to start below ('' for the newest), count, seconds that lists live, token for leases, seconds that hashes live, the prefixes of the keys of
-- bodies, of counts, of users and of reposts, what begins the keys of recent posts, the most authors to merge, the viewer's place in the
-- shard of activity, seconds before expiry from which rows are to be refreshed (0 for none), the packed id of the beginning of the walk
-- ('' where this begins it), and what begins the keys of posts with a hashtag. Returns the packed ids, with an entry of zero bytes where
-- nothing older exists, the rows, the reposts above the slice whose posts are in it, and the hashtags that the viewer follows. Where a list is
-- absent it returns instead what `home_slice` says. Not in KEYS: recent posts of authors and posts with hashtags in the sets, bodies and
-- counts of the posts in the lists, reposts in the lists and their posts, and users who are the authors in these bodies or have reposted.
mark_active(KEYS[#KEYS], ARGV[12], ARGV[3])
local page, ended, author_of, passed, hashtags = home_slice(
  ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[10], tonumber(ARGV[11]), ARGV[14], ARGV[15])
if not page then
  prolong()
  return ended
end

local prefixes = {ARGV[6], ARGV[7], ARGV[8], ARGV[9]}
local rows, posts, reposts = entries_hydrated(
  page, passed, prefixes, {unpack(KEYS, 7, #KEYS - 1)}, ARGV[4], ARGV[5], ARGV[13])
prolong()

-- Whoever is merged and not followed any more is forgotten here, where a cached relationship says so: it is never older than the last
-- follow, so an addition to the set is never taken back.
if next(author_of) then
  for _, author in pairs(of_strangers(author_of, rows, posts, reposts)) do
    redis.call('SREM', KEYS[2], author)
    redis.call('DEL', KEYS[3])
  end
end

if ended then page[#page + 1] = END end
return {page, rows, passed, hashtags}
