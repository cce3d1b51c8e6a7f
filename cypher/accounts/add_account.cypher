// Give a person an account, or change the one they have
// params: {"userId": "01890a5d-ac96-774b-bcce-b302099a8057", "emailHashes": ["0f"], "emailSealed": "e30.e30",
//          "passwordHash": "$argon2id$"}
// returns: userId, or no record when there is no such person
MATCH (u:User {id: $userId})
MERGE (a:Account {userId: u.id})
SET a.emailVerifiedAt = CASE WHEN a.emailHash IN $emailHashes THEN a.emailVerifiedAt END
SET a.emailHash = $emailHashes[0], a.emailSealed = $emailSealed, a.passwordHash = $passwordHash
// Nobody has the address by an earlier secret either.
FOREACH (hash IN $emailHashes[1..] | CREATE (probe:Account {emailHash: hash}) DELETE probe)
RETURN a.userId AS userId
