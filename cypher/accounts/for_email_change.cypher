// What changing an address is checked by
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057"}
// returns: row [passwordHash or null, emailHash]; no record where the account is gone or not in use
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
MATCH (account:Account {userId: viewer.id})
RETURN [account.passwordHash, account.emailHash] AS row
