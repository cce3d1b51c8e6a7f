-- Return the pulled authors whom a viewer follows, one more than may be merged at most; false where the pulled authors are absent.
-- They are kept under the size of the set of all: it only grows, so of one size there is one set. Where what is kept is outdated, that
-- size comes with them.
local function pulled_and_followed(pulled, followed, kept, most)
  local size = redis.call('SCARD', pulled)
  if size == 0 then return false end
  if size == 1 then return {} end
  local authors, words = {}, string.gmatch(redis.call('GET', kept) or '', '%d+')
  if tonumber(words() or 0) == size then
    for author in words do authors[#authors + 1] = author end
    return authors
  end
  for _, author in ipairs(redis.call('SINTER', pulled, followed)) do
    if author ~= '0' and #authors <= most then authors[#authors + 1] = author end
  end
  return authors, size
end

