// A person's own address, encrypted
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057"}
// returns: row [emailSealed, emailVerifiedAt or null, language or null]; no record where the account is gone or not in use
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
MATCH (account:Account {userId: viewer.id})
RETURN [account.emailSealed, account.emailVerifiedAt, account.language] AS row
