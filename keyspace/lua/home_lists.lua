-- Read the lists of which a home timeline is merged, as its reader would find them, and change nothing. KEYS: the timeline, whom the viewer
-- follows, the pulled authors among them, all pulled authors, and the version of these. ARGV: what begins the keys of recent posts, and the most authors to merge.
-- Returns the entries of the timeline, the keys of those whom the viewer follows, then the key of each author who is merged and the entries
-- of their recent posts in turn, none where they are absent. Returns nothing where a list is absent without which the graph is read.
-- Not in KEYS: recent posts of authors in the sets.
local own, followed = redis.call('LRANGE', KEYS[1], 0, -1), redis.call('SMEMBERS', KEYS[2])
local most = tonumber(ARGV[2])
local authors = pulled_and_followed(KEYS[4], KEYS[2], KEYS[3], KEYS[5], most)
if #own == 0 or #followed == 0 or not authors or #authors > most then return false end
local found = {own, followed}
for _, author in ipairs(authors) do
  found[#found + 1] = author
  found[#found + 1] = redis.call('LRANGE', ARGV[1] .. '{' .. author .. '}', 0, -1)
end
return found
