-- The member of the set of whom a viewer follows which says that they follow hashtags as well. It is no key of a person.
local FOLLOWS_HASHTAGS = '#'

-- Return the pulled authors whom a viewer follows, one more than may be merged at most; false where the pulled authors are absent.
-- They are kept under the version of the set of all, a token that each change of the set replaces. Where what is kept is outdated,
-- that version comes with them; without a version nothing is kept.
local function pulled_and_followed(pulled, followed, kept, version, most)
  local size = redis.call('SCARD', pulled)
  if size == 0 then return false end
  if size == 1 then return {} end
  local current, found = unpack(redis.call('MGET', version, kept))
  local authors = {}
  if current and found and string.sub(found, 1, #current) == current then
    for author in string.gmatch(string.sub(found, #current + 1), '%d+') do authors[#authors + 1] = author end
    return authors
  end
  for _, author in ipairs(redis.call('SINTER', pulled, followed)) do
    if author ~= '0' and #authors <= most then authors[#authors + 1] = author end
  end
  return authors, current
end

-- What a page has read lives longer: the keys of its lists, with the seconds from now. This is noted while it is read, and done when it is
-- read: what a script writes after its first write, a full Redis takes, and then it would take the leases of rows as well.
local read_until = {}
local function prolong()
  for key, life in pairs(read_until) do redis.call('EXPIRE', key, life) end
end

-- Of reposts, return those of posts that stand on a page, newest first and each once, but no more than so many of one post: one that the
-- viewer may see is enough to tell that the post stands above, and whoever finds none among so many asks the graph.
local PASSED_MOST = 4
local function newest_of_each(passed, page)
  if #passed == 0 then return passed end
  local left, newest = {}, {}
  for _, id in ipairs(page) do left[end_of(id)] = PASSED_MOST end
  local wanted = {}
  for _, id in ipairs(passed) do
    if left[end_of(id)] then wanted[#wanted + 1] = id end
  end
  table.sort(wanted, above)
  for i, id in ipairs(wanted) do
    local post = end_of(id)
    if id ~= wanted[i - 1] and left[post] > 0 then
      left[post] = left[post] - 1
      newest[#newest + 1] = id
    end
  end
  return newest
end

-- Read a slice of a home timeline: the viewer's own list, merged with the recent posts of the pulled authors and the posts with the hashtags
-- that they follow. KEYS, as those of the scripts that call it: the timeline, whom the viewer follows, the pulled authors among them, all
-- pulled authors, the version of these, and the hashtags that the viewer follows. `recent` begins the keys of recent posts, `tagged` those of
-- posts with a hashtag; at most `most` authors are merged. `beginning` is the newest id of the walk that the slice is of, '' where it has
-- none. Returns the packed ids, whether nothing older exists, the authors of the merged ids by id, reposts of the same posts that stand
-- above the slice, up to the beginning (the newest of each post, see `newest_of_each`), and the hashtags that the viewer follows. Where a
-- list is absent it returns nothing, and whether that is the timeline, whether the pulled authors, the authors whose recent posts are absent,
-- whether the hashtags that the viewer follows, and the hashtags whose posts are absent. Whoever calls it calls `prolong` at the end.
local function home_slice(start, count, life, recent, most, beginning, tagged)
  local followed, kept, pulled, version = KEYS[2], KEYS[3], KEYS[4], KEYS[5]
  local own, before = slice(KEYS[1], start, count)
  local authors, outdated = pulled_and_followed(pulled, followed, kept, version, most)
  if outdated then redis.pcall('SET', kept, outdated .. ' ' .. table.concat(authors, ' '), 'EX', life) end
  if redis.call('EXISTS', followed) == 0 then own = false end
  read_until[KEYS[1]], read_until[followed] = life, life
  -- Most people follow no hashtag: for them that is one look into a set that is there.
  local hashtags, lacking = {}, 0
  if redis.call('SISMEMBER', followed, FOLLOWS_HASHTAGS) == 1 then
    hashtags = redis.call('SMEMBERS', KEYS[6])
    if #hashtags == 0 then lacking = 1 end
    read_until[KEYS[6]] = life
  end
  if not own or not authors or lacking == 1 then return nil, {own and 0 or 1, authors and 0 or 1, {}, lacking, {}} end

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

  -- Reposts that the pages before have passed over. What came above the beginning since then is not of this walk.
  local passed = {}
  local function pass(id)
    if is_repost(id) and (beginning == '' or not above(id, beginning)) then passed[#passed + 1] = id end
  end
  if before > 0 then
    for _, id in ipairs(redis.call('LRANGE', KEYS[1], 0, before - 1)) do pass(id) end
  end

  -- Put the entries of a list that belong on the page there; those of an author's recent posts are noted as theirs. Returns false when the
  -- list is absent. Mostly its newest entry decides, so the list is read in growing pieces. On a deeper page those of the pages before are
  -- passed over.
  local author_of = {}
  local start_time = start ~= '' and time_of(start)
  local function below_start(id)
    local time = time_of(id)
    return time < start_time or time == start_time and above(start, id)
  end
  local function merge(key, author)
    local entries, first, size = {redis.call('LINDEX', key, 0)}, 0, 1
    if not entries[1] then return false end
    local reached, last = start == '', start
    while #entries > 0 do
      local reaches = reached or below_start(entries[#entries])
      for _, id in ipairs(entries) do
        reached = reached or reaches and below_start(id)
        if not reached then
          pass(id)
        else
          if id == END or not put(id) then return true end
          if last == start then read_until[key] = life end
          if author then author_of[id] = author end
          last = id
        end
      end
      first, size = first + size, first == 0 and 15 or 2 * size
      entries = redis.call('LRANGE', key, first, first + size - 1)
    end
    used_up(last)
    return true
  end

  if not whole and #page < count then used_up(page[#page] or start) end
  local absent, untagged = {}, {}
  if #authors > most then
    page, whole = {}, false
  elseif #authors + #hashtags > 0 then
    for at, id in ipairs(page) do times[at] = time_of(id) end
    for _, author in ipairs(authors) do
      if not merge(recent .. '{' .. author .. '}', author) then absent[#absent + 1] = author end
    end
    for _, hashtag in ipairs(hashtags) do
      if not merge(tagged .. '{' .. hashtag .. '}') then untagged[#untagged + 1] = hashtag end
    end
  end
  if #absent + #untagged > 0 then return nil, {0, 0, absent, 0, untagged} end
  while floor and page[1] and above(floor, page[#page]) do page[#page] = nil end
  return page, whole and not floor and #page < count, author_of, newest_of_each(passed, page), hashtags
end

-- Return the keys of the authors whose merged entries are of somebody whom the viewer does not follow, as a cached relationship says, each
-- under the entry. `posts` and `reposts` are the packed ids of the rows that `hydrated` has returned.
local function of_strangers(author_of, rows, posts, reposts)
  local strangers, found = {}, {}
  for i, person in ipairs(rows[3]) do
    local relationship = rows[5][i]
    strangers[person] = relationship == '-' or string.sub(relationship, 1, 5) == '[null'
  end
  local function look(ids, answers)
    for i, id in ipairs(ids) do
      if author_of[id] and strangers[string.sub(answers[i], 1, 16)] then found[id] = author_of[id] end
    end
  end
  look(posts, rows[1])
  look(reposts, rows[9])
  return found
end
