-- Read all cached rows that a page of users needs: the users, and the relationship of the viewer and each. ARGV: token for leases,
-- seconds that relationships live, key of the viewer ('' for nobody), then packed ids of users. What is missing is leased.
local token, life, viewer = ARGV[1], ARGV[2], ARGV[3]
local ids = {unpack(ARGV, 4)}
local relationships = {}
if viewer ~= '' then
  relationships = lease_fields('vs:{' .. viewer .. '}', ids, token, life)
end
return {lease_rows_of('u2:', ids, token), relationships}
