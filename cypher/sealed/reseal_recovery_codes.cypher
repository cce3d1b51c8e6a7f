// Write sealed digests of recovery codes anew, but for those that were changed meanwhile
// params: {"rows": [["01890a5d-ac96-774b-bcce-b302099a8057", "e30.e30", "e30.e31", null]]}
// returns: resealed, how many were written
UNWIND $rows AS row
MATCH (locked:RecoveryCode {id: row[0]})
// The locks first, in the order of ids, so that what another wrote meanwhile is seen, and two rotations at once wait for each other.
SET locked.id = locked.id
WITH collect(row) AS rows
UNWIND rows AS row
MATCH (code:RecoveryCode {id: row[0]})
WHERE code.digestSealed = row[1]
SET code.digestSealed = row[2]
RETURN count(code) AS resealed
