-- Read a slice of the viewer's home timeline, where the rows of its posts are in another Redis: see `home_slice`. KEYS: the timeline, whom
-- the viewer follows, the pulled authors among them, all pulled authors, the version of these, the hashtags that the viewer follows, then the
-- shard of activity that they are in. ARGV: packed id to start below ('' for the newest), count, seconds that lists live, what begins the keys of recent posts, the most authors to merge, the
-- viewer's place in the shard of activity, the packed id of the beginning of the walk ('' where this begins it), and what begins the keys of
-- posts with a hashtag. Returns the packed ids, with an entry of zero bytes where nothing older exists, those of them that were merged from
-- authors, the reposts above the slice whose posts are in it, and the hashtags that the viewer follows. Where a list is absent it returns what
-- `home_page` does. Not in KEYS: recent posts of authors and posts with hashtags in the sets.
mark_active(KEYS[#KEYS], ARGV[6], ARGV[3])
local page, ended, author_of, passed, hashtags = home_slice(
  ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4], tonumber(ARGV[5]), ARGV[7], ARGV[8])
prolong()
if not page then return ended end
local merged = {}
for _, id in ipairs(page) do
  if author_of[id] then merged[#merged + 1] = id end
end
if ended then page[#page + 1] = END end
return {page, merged, passed, hashtags}
