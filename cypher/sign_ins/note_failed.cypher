// Note tries to sign in that failed, with those from the same network within the hour before. Each process writes when it comes to
// it, so what was tried first may be written last
// params: {"hourAgo": "01890a5d-ac96-774b-bcce-b302099a8057",
//          "rows": [["01890a5d-ac96-774b-bcce-b302099a8058", "01890a5d-ac96-774b-bcce-b302099a8057", "PASSWORD", "192.0.2.0/24", 3, 1700000000000, 1700000000500]]}
// returns: written, how many rows
UNWIND $rows AS row
MATCH (u:User {id: row[1]})
OPTIONAL MATCH (same:SignIn)
WHERE same.userId = u.id AND same.id >= $hourAgo AND same.failed AND NOT coalesce(same.unfinished, false) AND same.method = row[2] AND same.network = row[3]
WITH u, row, head(collect(same)) AS same
FOREACH (one IN CASE WHEN same IS NULL THEN [] ELSE [same] END | 
  SET one.firstAt = CASE WHEN row[5] < one.firstAt THEN row[5] ELSE one.firstAt END,
      one.lastAt = CASE WHEN row[6] > one.lastAt THEN row[6] ELSE one.lastAt END,
      one.count = one.count + row[4])
FOREACH (one IN CASE WHEN same IS NULL THEN [1] ELSE [] END |
  CREATE (:SignIn {
    id: row[0], userId: u.id, firstAt: row[5], lastAt: row[6], method: row[2], failed: true, count: row[4],
    device: '', network: row[3], isNew: false
  }))
RETURN count(*) AS written
