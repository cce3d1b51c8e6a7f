// Note when people last read
// params: {"rows": [[1, 1700000000000]]}
// returns: written, how many of them had read earlier before
UNWIND $rows AS row
MATCH (u:User {key: row[0]})
WHERE coalesce(u.lastActiveAt, 0) < row[1]
SET u.lastActiveAt = row[1]
RETURN count(*) AS written
