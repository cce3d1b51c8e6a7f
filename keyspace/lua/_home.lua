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

-- Read a slice of a home timeline: the viewer's own list, merged with the recent posts of the pulled authors whom they follow. KEYS, as those
-- of the scripts that call it: the timeline, whom the viewer follows, the pulled authors among them, all pulled authors, and the version of
-- these. `recent` begins the keys of recent posts; at most `most` authors are merged. Returns the packed ids, whether nothing older exists, and the authors of the
-- merged ids by id. Where a list is absent it returns nothing, and whether that is the timeline, whether the pulled authors, and the
-- authors whose recent posts are absent. Whoever calls it calls `prolong` at the end.
local function home_slice(start, count, life, recent, most)
  local followed, kept, pulled, version = KEYS[2], KEYS[3], KEYS[4], KEYS[5]
  local own = slice(KEYS[1], start, count)
  local authors, outdated = pulled_and_followed(pulled, followed, kept, version, most)
  if outdated then redis.pcall('SET', kept, outdated .. ' ' .. table.concat(authors, ' '), 'EX', life) end
  if redis.call('EXISTS', followed) == 0 then own = false end
  read_until[KEYS[1]], read_until[followed] = life, life
  if not own or not authors then return nil, {own and 0 or 1, authors and 0 or 1, {}} end

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
            if last == start then read_until[key] = life end
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
      if not merge(recent .. '{' .. author .. '}', author) then absent[#absent + 1] = author end
    end
  end
  if #absent > 0 then return nil, {0, 0, absent} end
  while floor and page[1] and above(floor, page[#page]) do page[#page] = nil end
  return page, whole and not floor and #page < count, author_of
end
