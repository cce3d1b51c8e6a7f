// Pin posts of people who have pinned none
// params: {"rows": [[1, ["018bcfe5-6800-7000-8000-000000000002"]]]}
// returns: written, how many were given
UNWIND $rows AS row
MATCH (u:User {key: row[0]})
SET u.pinnedIds = coalesce(u.pinnedIds, row[1])
RETURN count(*) AS written
