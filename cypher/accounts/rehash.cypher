// Replace a password hash by one with newer parameters, unless the password was changed meanwhile
// params: {"userId": "01890a5d-ac96-774b-bcce-b302099a8057", "stored": "$argon2i$", "renewed": "$argon2id$"}
// returns: userId, or no record when the hash is another one now
MATCH (a:Account {userId: $userId})
WHERE a.passwordHash = $stored
SET a.passwordHash = $renewed
RETURN a.userId AS userId
