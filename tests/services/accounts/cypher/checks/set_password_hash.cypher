// Put a password hash into an account as it stands
// params: {"userId": "01890a5d-ac96-774b-bcce-b302099a8057", "hash": null}
// returns: userId
MATCH (a:Account {userId: $userId})
SET a.passwordHash = $hash
RETURN a.userId AS userId
