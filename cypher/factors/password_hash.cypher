// The hash of the password of somebody who proves a second factor, if they have a password
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057"}
// returns: found, [hash or null]; no record where the account is gone or not in use
MATCH (u:User {id: $id})
WHERE @user_active(u)
MATCH (a:Account {userId: u.id})
RETURN [a.passwordHash] AS found
