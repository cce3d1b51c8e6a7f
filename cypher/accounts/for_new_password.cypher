// What a new password of somebody is checked by
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057"}
// returns: row [username, emailSealed]; no record where the account is gone or not in use
MATCH (user:User {id: $id})
WHERE @user_active(user)
MATCH (account:Account {userId: user.id})
RETURN [user.username, account.emailSealed] AS row
