-- Read a slice of the viewer's home timeline and all cached rows that its posts need, in one go: see `slice` and `hydrated`. The viewer's
-- own list is merged with the recent posts of the pulled authors whom they follow. KEYS: the timeline, whom the viewer follows, the
-- pulled authors among them, all pulled authors, the version of these, the keys of the viewer, then the shard of activity that they are
-- in. ARGV: packed id to start below ('' for the newest), count, seconds that lists live, token for leases, seconds that hashes live, the prefixes of the keys of
-- bodies, of counts and of users, what begins the keys of recent posts, the most authors to merge, the viewer's place in the shard of
-- activity, and seconds before expiry from which rows are to be refreshed (0 for none). Returns the packed ids, with an entry of zero bytes
-- where nothing older exists, and the rows. Where a list is absent it returns instead whether that is the timeline, whether the
-- pulled authors, and the authors whose recent posts are absent. Not in KEYS: recent posts of authors in the sets, bodies and counts of
-- the posts in the lists, and users who are the authors in these bodies.
mark_active(KEYS[#KEYS], ARGV[11], ARGV[3])
local page, ended, author_of = home_slice(ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[9], tonumber(ARGV[10]))
if not page then
  prolong()
  return ended
end

local bodies, counts = keys_of(ARGV[6], page), keys_of(ARGV[7], page)
local rows = hydrated(page, bodies, counts, ARGV[8], {unpack(KEYS, 6, #KEYS - 1)}, ARGV[4], ARGV[5], ARGV[12])
prolong()

-- Whoever is merged and not followed any more is forgotten here, where a cached relationship says so: it is never older than the last
-- follow, so an addition to the set is never taken back.
if next(author_of) then
  local unfollowed = {}
  for i, author in ipairs(rows[3]) do
    local relationship = rows[5][i]
    unfollowed[author] = relationship == '-' or string.sub(relationship, 1, 5) == '[null'
  end
  for i, id in ipairs(page) do
    if author_of[id] and unfollowed[string.sub(rows[1][i], 1, 16)] then
      redis.call('SREM', KEYS[2], author_of[id])
      redis.call('DEL', KEYS[3])
    end
  end
end

if ended then page[#page + 1] = END end
return {page, rows}
