// Write sealed addresses of accounts anew with their fingerprints, but for those that were changed meanwhile
// params: {"rows": [["01890a5d-ac96-774b-bcce-b302099a8057", "e30.e30", "e30.e31", "0f"]]}
// returns: resealed, how many were written
UNWIND $rows AS row
MATCH (locked:Account {userId: row[0]})
// The locks first, in the order of ids, so that what another wrote meanwhile is seen, and two rotations at once wait for each other.
SET locked.userId = locked.userId
WITH collect(row) AS rows
UNWIND rows AS row
MATCH (account:Account {userId: row[0]})
WHERE account.emailSealed = row[1]
SET account.emailSealed = row[2], account.emailHash = row[3]
RETURN count(account) AS resealed
