// Hide a person from everybody until they come back, unless their password is another one by now than that which was proved
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057", "stored": "$argon2i$", "at": 1700000000000}
// returns: key; no record where the account is gone or not in use, or the password was changed meanwhile
MATCH (found:Account {userId: $id})
// The lock of passwords first, then that of the state.
SET found.userId = found.userId
WITH found.userId AS userId
MATCH (account:Account {userId: userId})
WHERE coalesce(account.passwordHash, '') = $stored
MATCH (u:User {id: account.userId})
SET u.id = u.id
WITH u.id AS id
MATCH (active:User {id: id})
WHERE @user_active(active)
SET active.state = 'DEACTIVATED', active.deactivatedAt = $at
RETURN active.key AS key
