-- Everything hot that a page of posts needs. ARGV: token for leases, seconds that facts live, key of the viewer and their packed
-- id ('' and '' for nobody), then packed ids of posts. Gives bodies, counts, whether the viewer likes each, packed ids of the
-- authors, the authors, how the viewer and each stand, and the topics that the viewer mutes. What is not hot is a lease.
local token, life, viewer = ARGV[1], ARGV[2], ARGV[3]
local ids = {unpack(ARGV, 5)}
local bodies, counts = lease_rows('p2:', ids, token), lease_rows('pc:', ids, token)
-- A lease, and the mark of a post that does not exist, are shorter than a packed id.
local authors, seen = {}, {}
for _, body in ipairs(bodies) do
  local author = string.sub(body, 1, 16)
  if #body > 16 and not seen[author] then
    seen[author] = true
    authors[#authors + 1] = author
  end
end
local likes, standings, topics = {}, {}, {}
if viewer ~= '' then
  likes = lease_facts('vl:' .. viewer, ids, token, life)
  standings = lease_facts('vs:' .. viewer, authors, token, life)
  topics = lease_rows('mt:', {ARGV[4]}, token)
end
return {bodies, counts, likes, authors, lease_rows('u2:', authors, token), standings, topics}
