// People by id
// params: {"ids": ["01890a5d-ac96-774b-bcce-b302099a8057"]}
// returns: rows [id, username, displayName, avatarId]
UNWIND $ids AS id
MATCH (u:User {id: id})
RETURN collect([u.id, u.username, u.displayName, u.avatarId]) AS rows
