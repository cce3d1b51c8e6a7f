#!lua
-- Take authors out of the pulled authors, and drop their recent posts, where the mark of the caller still stands: no post of theirs was
-- written since it was set. KEYS: the set, its version, what is being settled, then the recent posts of each author. ARGV: the mark, a
-- token for the version, then keys of authors. Returns the keys of those who are out.
local out = {}
for at = 3, #ARGV do
  local author = ARGV[at]
  if redis.call('HGET', KEYS[3], author) == ARGV[1] then
    redis.call('HDEL', KEYS[3], author)
    redis.call('DEL', KEYS[at + 1])
    if redis.call('SREM', KEYS[1], author) == 1 then redis.call('SET', KEYS[2], ARGV[2]) end
  end
  if redis.call('SISMEMBER', KEYS[1], author) == 0 then out[#out + 1] = author end
end
return out
