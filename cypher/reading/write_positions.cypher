// Note where people are in their feeds, unless they were somewhere else later
// params: {"rows": [[1, "HOME", 1700000000000, "[\"01890a5d-ac96-774b-bcce-b302099a8058\"]"]]}
// returns: written, how many of the positions moved
UNWIND $rows AS row
MATCH (u:User {key: row[0]})
MERGE (r:ReadingPosition {ownerId: u.id, feed: row[1]})
WITH r, row
WHERE coalesce(r.at, -1) < row[2]
SET r.at = row[2], r.place = row[3]
RETURN count(*) AS written
