-- Read what holds between many viewers and the same ids. ARGV: token for leases, seconds that hashes live, rows of each viewer, hashes of
-- each viewer, then for each hash the number of its fields and their packed ids. KEYS: for each viewer their rows, then their hashes.
-- What is missing is leased. Returns the rows of all viewers, then for each hash the fields of all viewers, in the order of KEYS.
local token, life, rows, hashes = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local fields, answers, row_keys, at = {}, {}, {}, 5
for hash = 1, hashes do
  local count = tonumber(ARGV[at])
  fields[hash], answers[hash + 1] = {unpack(ARGV, at + 1, at + count)}, {}
  at = at + count + 1
end
for first = 1, #KEYS, rows + hashes do
  for row = first, first + rows - 1 do row_keys[#row_keys + 1] = KEYS[row] end
  for hash = 1, hashes do
    local found, all = lease_fields(KEYS[first + rows + hash - 1], fields[hash], token, life), answers[hash + 1]
    for i = 1, #found do all[#all + 1] = found[i] end
  end
end
answers[1] = lease_rows(row_keys, token, 0)
return answers
