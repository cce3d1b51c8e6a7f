// Usernames of verified people, and what the graph says that they look like
// params: {"ids": ["01890a5d-ac96-774b-bcce-b302099a8057"]}
// returns: rows [username, skeleton]
UNWIND $ids AS id
MATCH (u:User {id: id})
RETURN collect([u.username, u.verifiedSkeleton]) AS rows
