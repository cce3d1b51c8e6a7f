-- Everything hot that a page of people needs. ARGV: token for leases, seconds that facts live, key of the viewer ('' for
-- nobody), then packed ids of people. Gives the people, and how the viewer and each stand. What is not hot is a lease.
local token, life, viewer = ARGV[1], ARGV[2], ARGV[3]
local ids = {unpack(ARGV, 4)}
local standings = {}
if viewer ~= '' then
  standings = lease_facts('vs:{' .. viewer .. '}', ids, token, life)
end
return {lease_rows('u2:', ids, token), standings}
