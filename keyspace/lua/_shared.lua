-- Packed ids are compared as numbers, three at a time: Lua's own string order depends on the locale of the server.
local function above(a, b)
  local a1, a2, a3 = struct.unpack('>I6I6I4', a)
  local b1, b2, b3 = struct.unpack('>I6I6I4', b)
  if a1 ~= b1 then return a1 > b1 end
  if a2 ~= b2 then return a2 > b2 end
  return a3 > b3
end

local END = string.rep('\0', 16)

-- The version of an id, in its seventh byte, is 8 for a repost and 7 for a post. A repost ends as the id of its post does.
local function is_repost(id) return string.byte(id, 7) >= 128 end
local function end_of(id) return string.sub(id, 13) end

-- Return the first index of a list, newest first, whose id is below `id`.
local function below(key, id, length)
  local low, high = 0, length
  while low < high do
    local middle = math.floor((low + high) / 2)
    if above(id, redis.call('LINDEX', key, middle)) then high = middle else low = middle + 1 end
  end
  return low
end

-- Trim a list that holds more than `cap` entries, by a few more than it must, so that most pushes trim nothing. What is left is complete
-- down to its last entry, as before.
local function trim(key, length, cap)
  if length > cap then redis.call('LTRIM', key, 0, cap - 1 - math.floor(cap / 25)) end
end

-- Insert an id into a list that exists, and return how many were inserted: an id that is there, or below a trimmed end, changes nothing.
local function insert(key, head, id, cap)
  if above(id, head) then
    trim(key, redis.call('LPUSH', key, id), cap)
    return 1
  end
  if id == head then return 0 end
  local length = redis.call('LLEN', key)
  local at = below(key, id, length)
  if at == length or redis.call('LINDEX', key, at - 1) == id then return 0 end
  redis.call('LINSERT', key, 'BEFORE', redis.call('LINDEX', key, at), id)
  trim(key, length + 1, cap)
  return 1
end

-- Put an id into the timelines of viewers, whose small integer keys are packed in four bytes each, and return to how many lists it was
-- new. `lists` and `builders` begin the names of their keys. An absent list stays absent; if somebody builds it, the id waits behind
-- the builder's token. An id is most often newer than what it meets, which the first six bytes, its time, can tell.
local function push(id, viewers, cap, lists, builders)
  local call, number, time, pushed = redis.call, struct.unpack, struct.unpack('>I6', id), 0
  local list, builder = lists .. '{', builders .. '{'
  for at = 1, #viewers, 4 do
    local viewer = number('<I4', viewers, at) .. '}'
    local key = list .. viewer
    local head = call('LINDEX', key, 0)
    if not head then
      call('RPUSHX', builder .. viewer, id)
    elseif time > number('>I6', head) then
      local length = call('LPUSH', key, id)
      if length > cap then trim(key, length, cap) end
      pushed = pushed + 1
    else
      pushed = pushed + insert(key, head, id, cap)
    end
  end
  return pushed
end

-- Replace a list by at most `cap` ids, newest first.
local function replace(key, ids, cap, milliseconds)
  redis.call('DEL', key)
  for first = 1, math.min(#ids, cap), 1000 do
    redis.call('RPUSH', key, unpack(ids, first, math.min(first + 999, #ids, cap)))
  end
  redis.call('PEXPIRE', key, milliseconds)
end

-- Become the one builder of a list, or of a set. Returns 1, or 0 when another builds or it exists: it takes pushes itself, and building
-- it again would drop those. The same builder may ask twice, if its first answer was lost.
local function begin(list, builder, token, milliseconds)
  local holder = redis.call('LINDEX', builder, 0)
  if holder then return holder == token and 1 or 0 end
  if redis.call('EXISTS', list) == 1 then return 0 end
  redis.call('RPUSH', builder, token)
  redis.call('PEXPIRE', builder, milliseconds)
  return 1
end

-- Put a built list in place, with the ids that were pushed meanwhile. Returns 0 when another token stands, or none: what this builder
-- read may be too old.
local function finish(list, builder, token, ids, cap, milliseconds)
  if redis.call('LINDEX', builder, 0) ~= token then return 0 end
  replace(list, ids, cap, milliseconds)
  for _, id in ipairs(redis.call('LRANGE', builder, 1, -1)) do
    insert(list, redis.call('LINDEX', list, 0), id, cap)
  end
  redis.call('DEL', builder)
  return 1
end

-- Add members to a set. The member 0, which is nobody's key, lets a set without others exist.
local function add(set, members)
  redis.call('SADD', set, 0)
  for first = 1, #members, 1000 do
    redis.call('SADD', set, unpack(members, first, math.min(first + 999, #members)))
  end
end

-- Return the packed ids at the end of keys of rows.
local function ids_of(keys)
  local ids = {}
  for i, key in ipairs(keys) do ids[i] = string.sub(key, -#END) end
  return ids
end

-- Behind each cached row stand four bytes: the second in which it expires. While somebody refreshes it, their mark stands behind that:
-- their token, and four bytes that no second has. A row that does not exist is never refreshed.
local REFRESHING, EXPIRY = '\255\255\255\255', 4
local LEASE_BYTE, NONE_BYTE = string.byte('?-', 1, 2)

-- The mark of this call, and behind it the keys of the rows that its caller is to refresh; mostly empty.
local chosen = {}

-- Choose the rows that expire within `early` seconds, and mark them, so that nobody else does. They are answered as they were.
local function choose(keys, found, token, early)
  local expiry, until_ = struct.unpack, redis.call('TIME')[1] + early
  for i = 1, #found do
    local row = found[i]
    if row and expiry('>I4', row, #row - EXPIRY + 1) < until_ then
      local first = string.byte(row)
      if first ~= LEASE_BYTE and first ~= NONE_BYTE then
        chosen[1] = token .. REFRESHING
        chosen[#chosen + 1] = keys[i]
        redis.pcall('SET', keys[i], row .. chosen[1], 'KEEPTTL')
      end
    end
  end
end

-- Read cached rows. Where a key is missing, leave a lease and return it: a question mark and a token. A change removes the lease,
-- so a reader may fill while its lease stands: no change came after it read the graph. Rows that expire within `early` seconds, if that is
-- not 0, are for the caller to refresh: see `choose`. Where Redis is full, no lease is left, so nobody fills, and what is cached is
-- returned all the same.
local LEASE = 10
local function lease_rows(keys, token, early)
  if #keys == 0 then return {} end
  local found = redis.call('MGET', unpack(keys))
  for i = 1, #found do
    if not found[i] then
      found[i] = '?' .. token
      redis.pcall('SET', keys[i], found[i], 'EX', LEASE)
    end
  end
  if early > 0 then choose(keys, found, token, early) end
  return found
end

-- Read cached rows that the caller may not need: where a key is missing there is none, and no lease, which would let others wait for them.
local function peek_rows(keys, token, early)
  if #keys == 0 then return {} end
  local found = redis.call('MGET', unpack(keys))
  if early > 0 then choose(keys, found, token, early) end
  return found
end

-- Return the keys of rows of one kind: a prefix and an id. Only for ids that the script has just read.
local function keys_of(prefix, ids)
  local keys = {}
  for i = 1, #ids do keys[i] = prefix .. ids[i] end
  return keys
end

-- The same for fields of a hash. The hash expires `life` seconds after its first field: if reads prolonged it, it would grow for
-- ever.
local function lease_fields(hash, ids, token, life)
  if #ids == 0 then return {} end
  local found, missing = redis.call('HMGET', hash, unpack(ids)), {}
  for i = 1, #found do
    if not found[i] then
      found[i] = '?' .. token
      missing[#missing + 1] = ids[i]
      missing[#missing + 1] = found[i]
    end
  end
  if #missing > 0 then
    if type(redis.pcall('HSET', hash, unpack(missing))) == 'number' then redis.call('EXPIRE', hash, life, 'NX') end
  end
  return found
end

-- Note that somebody reads: `place` is theirs in a shard of activity, in bytes. It is written once a minute; the shard then lives for
-- `life` seconds. A Redis that is full notes nothing.
local function mark_active(shard, place, life)
  local minute = struct.pack('<I4', math.floor(redis.call('TIME')[1] / 60))
  if redis.call('GETRANGE', shard, place, place + 3) ~= minute then
    if type(redis.pcall('SETRANGE', shard, place, minute)) == 'number' then redis.call('EXPIRE', shard, life) end
  end
end

-- Return a slice of a timeline from below an id ('' for the newest): false when the list is absent, else the packed ids; an entry
-- of zero bytes ends a timeline that is whole. Returns also how many entries are before the slice.
local function slice(key, start, count)
  local first = 0
  if start ~= '' then
    local length = redis.call('LLEN', key)
    if length == 0 then return false end
    first = below(key, start, length)
  end
  local found = redis.call('LRANGE', key, first, first + count - 1)
  if #found == 0 and first == 0 then return false end
  return found, first
end

-- Read all cached rows that a page of posts needs, and lease those that are missing. `ids`, `body_keys` and `count_keys` are the packed ids
-- and keys of the posts. To them come the posts of the reposts of `repost_keys`, which are read from these rows. The authors are read
-- from the bodies, and those who reposted from the rows of reposts. `prefixes` begin the keys of bodies, of counts and of users. `viewer`
-- lists the keys of the viewer, as keyspace/page_scripts.py orders them; it is empty for nobody. Returns the parts that
-- keyspace/page_scripts.py names, in that order.
local function hydrated(ids, body_keys, count_keys, repost_keys, prefixes, viewer, token, life, early)
  early = tonumber(early)
  local reposts, reposted = lease_rows(repost_keys, token, early), {}
  if #reposts > 0 then
    local known = {}
    for i = 1, #ids do known[ids[i]] = true end
    for i = 1, #reposts do
      local post = string.sub(reposts[i], 17, 32)
      -- A lease, and the mark of what does not exist, are shorter than a packed id.
      if #post == 16 and not known[post] then
        known[post] = true
        reposted[#reposted + 1] = post
        ids[#ids + 1] = post
        body_keys[#body_keys + 1] = prefixes[1] .. post
        count_keys[#count_keys + 1] = prefixes[2] .. post
      end
    end
  end
  local bodies, counts = lease_rows(body_keys, token, early), lease_rows(count_keys, token, early)
  local people, seen = {}, {}
  local function note(row)
    local person = string.sub(row, 1, 16)
    if #row > 16 and not seen[person] then
      seen[person] = true
      people[#people + 1] = person
    end
  end
  for i = 1, #bodies do note(bodies[i]) end
  for i = 1, #reposts do note(reposts[i]) end
  local flagged, relationships, topics = {}, {}, {}
  if #viewer > 0 then
    relationships = lease_fields(viewer[1], people, token, life)
    topics = lease_rows({viewer[2]}, token, early)
    for at = 3, #viewer do flagged[at - 2] = lease_fields(viewer[at], ids, token, life) end
  end
  local users = lease_rows(keys_of(prefixes[3], people), token, early)
  return {bodies, counts, people, users, relationships, topics, flagged, chosen, reposts, reposted}
end

-- The same for entries of a list, which are posts and reposts, and for reposts that are not shown. `prefixes` has one more, for reposts.
local function entries_hydrated(entries, passed, prefixes, viewer, token, life, early)
  local posts, reposts = {}, {}
  for i = 1, #entries do
    local id = entries[i]
    if is_repost(id) then reposts[#reposts + 1] = id else posts[#posts + 1] = id end
  end
  for i = 1, #passed do reposts[#reposts + 1] = passed[i] end
  local bodies, counts = keys_of(prefixes[1], posts), keys_of(prefixes[2], posts)
  return hydrated(posts, bodies, counts, keys_of(prefixes[4], reposts), prefixes, viewer, token, life, early), posts, reposts
end

-- Read users, and the relationship of the viewer and each: none where there is no hash, for nobody. What is missing is leased. Returns also
-- what the caller is to refresh: see `chosen`.
local function users_and_relationships(users, ids, hash, token, life, early)
  local relationships = {}
  if hash then relationships = lease_fields(hash, ids, token, life) end
  return {lease_rows(users, token, early), relationships, chosen}
end

-- Return an error where another holds a lease, or nobody. A script that begins with it changes nothing for a holder that was away too long.
local function without_lease(key, token)
  if redis.call('GET', key) ~= token then return redis.error_reply('LEASELOST This worker does not hold the lease') end
end
