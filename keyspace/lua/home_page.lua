-- Read a slice of the viewer's home timeline and all cached rows that its posts need, in one go: see `slice` and `hydrated`. The viewer's
-- own list is merged with the recent posts of the pulled authors whom they follow. KEYS: the timeline, whom the viewer follows, the
-- pulled authors among them, all pulled authors, the keys of the viewer, then the shard of activity that they are in. ARGV: packed id to
-- start below ('' for the newest), count, seconds that lists live, token for leases, seconds that hashes live, the prefixes of the keys of
-- bodies, of counts and of users, what begins the keys of recent posts, the most authors to merge, the viewer's place in the shard of
-- activity, and seconds before expiry from which rows are to be refreshed (0 for none). Returns the packed ids, with an entry of zero bytes
-- where nothing older exists, and the rows. Where a list is absent it returns instead whether that is the timeline, whether the
-- pulled authors, and the authors whose recent posts are absent. Not in KEYS: recent posts of authors in the sets, bodies and counts of
-- the posts in the lists, and users who are the authors in these bodies.
local start, count, life = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local followed, kept, pulled = KEYS[2], KEYS[3], KEYS[4]
mark_active(KEYS[#KEYS], ARGV[11], life)

local own = slice(KEYS[1], start, count, life)
local most = tonumber(ARGV[10])
local authors, outdated = pulled_and_followed(pulled, followed, kept, most)
if outdated then redis.call('SET', kept, outdated .. ' ' .. table.concat(authors, ' '), 'EX', life) end
if redis.call('EXPIRE', followed, life) == 0 then own = false end
if not own or not authors then return {own and 0 or 1, authors and 0 or 1, {}} end

-- The page: ids, newest first, each once and at most `count`, and their times, since a comparison of times mostly decides.
local whole = own[#own] == END
if whole then own[#own] = nil end
local page, times = own, {}
local function time_of(id) return (struct.unpack('>I6', id)) end
local function above_entry(id, time, at)
  return time > times[at] or time == times[at] and above(id, page[at])
end

-- Put an id where it belongs. Returns false when the page is full of newer ones.
local function put(id)
  local time, low, high = time_of(id), 1, #page + 1
  if high > count and not above_entry(id, time, count) then return false end
  while low < high do
    local middle = math.floor((low + high) / 2)
    if above_entry(id, time, middle) then high = middle else low = middle + 1 end
  end
  if page[low - 1] ~= id then
    table.insert(page, low, id)
    table.insert(times, low, time)
    page[count + 1], times[count + 1] = nil, nil
  end
  return true
end

-- A list is complete down to its last entry, or to its end where it has the mark. Below the highest last entry of those that are used up
-- something may be missing.
local floor = false
local function used_up(last)
  if not floor or above(last, floor) then floor = last end
end

-- Put the recent posts of an author that belong on the page there. Returns false when their list is absent. Mostly its newest entry
-- decides, so the list is read in growing pieces. On a deeper page those of the pages before are passed over.
local author_of = {}
local start_time = start ~= '' and time_of(start)
local function below_start(id)
  local time = time_of(id)
  return time < start_time or time == start_time and above(start, id)
end
local function merge(key, author)
  local entries, first, size = {redis.call('LINDEX', key, 0)}, 0, 1
  if not entries[1] then return false end
  local passed, last = start == '', start
  while #entries > 0 do
    if passed or below_start(entries[#entries]) then
      for _, id in ipairs(entries) do
        passed = passed or below_start(id)
        if passed then
          if id == END or not put(id) then return true end
          if last == start then redis.call('EXPIRE', key, life) end
          author_of[id], last = author, id
        end
      end
    end
    first, size = first + size, first == 0 and 15 or 2 * size
    entries = redis.call('LRANGE', key, first, first + size - 1)
  end
  used_up(last)
  return true
end

if not whole and #page < count then used_up(page[#page] or start) end
local absent = {}
if #authors > most then
  page, whole = {}, false
elseif #authors > 0 then
  for at, id in ipairs(page) do times[at] = time_of(id) end
  for _, author in ipairs(authors) do
    if not merge(ARGV[9] .. '{' .. author .. '}', author) then absent[#absent + 1] = author end
  end
end
if #absent > 0 then return {0, 0, absent} end
while floor and page[1] and above(floor, page[#page]) do page[#page] = nil end

local bodies, counts = keys_of(ARGV[6], page), keys_of(ARGV[7], page)
local rows = hydrated(page, bodies, counts, ARGV[8], {unpack(KEYS, 5, #KEYS - 1)}, ARGV[4], ARGV[5], ARGV[12])

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
      redis.call('SREM', followed, author_of[id])
      redis.call('DEL', kept)
    end
  end
end

if whole and not floor and #page < count then page[#page + 1] = END end
return {page, rows}
