// Roles of people in use of their account
// params: {"ids": ["01890a5d-ac96-774b-bcce-b302099a8057"]}
// returns: rows [id, [roles beyond that of a member]], in any order
UNWIND $ids AS id
MATCH (u:User {id: id})
WHERE @user_active(u)
OPTIONAL MATCH (account:Account {userId: u.id})
RETURN collect([u.id, coalesce(account.roles, [])]) AS rows
