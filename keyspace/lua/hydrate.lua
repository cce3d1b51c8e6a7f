-- Everything hot that a page of posts needs. ARGV: token for leases, seconds that facts live, key of the viewer ('' for nobody),
-- then packed ids of posts. Gives bodies, counts, whether the viewer likes each, packed ids of the authors, the authors,
-- whether the viewer follows each. What is not hot is a lease.
local token, life, viewer = ARGV[1], ARGV[2], ARGV[3]
local ids = {unpack(ARGV, 4)}
local bodies, counts = lease_rows('p:', ids, token), lease_rows('pc:', ids, token)
local authors, seen = {}, {}
for _, body in ipairs(bodies) do
  local author = string.sub(body, 1, 16)
  if string.sub(body, 1, 1) ~= '?' and not seen[author] then
    seen[author] = true
    authors[#authors + 1] = author
  end
end
local likes, follows = {}, {}
if viewer ~= '' then
  likes = lease_facts('vl:' .. viewer, ids, token, life)
  follows = lease_facts('vf:' .. viewer, authors, token, life)
end
return {bodies, counts, likes, authors, lease_rows('u:', authors, token), follows}
