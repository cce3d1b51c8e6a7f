// Give a person an account, or change the one they have
// params: {"userId": "01890a5d-ac96-774b-bcce-b302099a8057", "emailHash": "0f", "emailSealed": "e30.e30",
//          "passwordHash": "$argon2id$"}
// returns: userId, or no record when there is no such person
MATCH (u:User {id: $userId})
MERGE (a:Account {userId: u.id})
SET a.emailVerifiedAt = CASE WHEN a.emailHash = $emailHash THEN a.emailVerifiedAt END
SET a.emailHash = $emailHash, a.emailSealed = $emailSealed, a.passwordHash = $passwordHash
RETURN a.userId AS userId
