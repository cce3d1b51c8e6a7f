// People by id
// params: {"ids": ["01890a5d-ac96-774b-bcce-b302099a8057"]}
// returns: rows [columns of UserRow], in any order
UNWIND $ids AS id
MATCH (u:User {id: id})
RETURN collect(@user_columns(u)) AS rows
