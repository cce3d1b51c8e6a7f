-- Sessions of a person: a hash of records by packed id. A record is a head of numbers with the id of the person, and texts behind it,
-- as keyspace/sessions.py writes them. Times are milliseconds since 1970.
local HEAD = '<I4dddddddc16'

local function read_session(record)
  local generation, replaced, created, ends, idle_ends, seen, authenticated, factor, person = struct.unpack(HEAD, record)
  return {
    generation = generation, replaced = replaced, created = created, ends = ends, idle_ends = idle_ends, seen = seen,
    authenticated = authenticated, factor = factor, person = person, texts = string.sub(record, struct.size(HEAD) + 1),
  }
end

local function write_session(key, id, session)
  local record = struct.pack(
    HEAD, session.generation, session.replaced, session.created, session.ends, session.idle_ends, session.seen,
    session.authenticated, session.factor, session.person
  ) .. session.texts
  redis.call('HSET', key, id, record)
  return record
end

local function has_ended(session, now)
  return now >= session.ends or now >= session.idle_ends
end

-- Let the hash live until the last of its sessions ends.
local function keep_sessions(key, session)
  local last = math.min(session.ends, session.idle_ends)
  if redis.call('PEXPIRETIME', key) < last then redis.call('PEXPIREAT', key, string.format('%.0f', last)) end
end
