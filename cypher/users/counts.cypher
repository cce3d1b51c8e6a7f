// Followers, following and posts of people, as the degrees that the store keeps
// params: {"ids": ["01890a5d-ac96-774b-bcce-b302099a8057"]}
// returns: rows [id, [followers, following, posts for everybody, other posts]], in any order
UNWIND $ids AS id
MATCH (u:User {id: id})
RETURN collect([u.id, @user_counts(u)]) AS rows
