// The hash of a person's own password
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057"}
// returns: hash, empty where they have no password; or no record where the account is gone or not in use
MATCH (u:User {id: $id})
WHERE @user_active(u)
MATCH (a:Account {userId: u.id})
RETURN coalesce(a.passwordHash, '') AS hash
