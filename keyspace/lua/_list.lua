-- Return the packed ids of the first `most` entries of the head of a list, as keyspace/list_heads.py packs it: three bytes that say
-- whether the list ends, how many entries there are and how many bytes each takes, then the entries, each with its id last.
local function ids_in(head, most)
  local _, count, size = string.byte(head, 1, 3)
  local ids = {}
  for at = 1, math.min(count, most) do
    local last = 3 + at * size
    ids[at] = string.sub(head, last - #END + 1, last)
  end
  return ids
end
