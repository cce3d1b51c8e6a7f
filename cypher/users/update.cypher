// Change the profile of a person; only the properties given are touched
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057", "changes": {"bio": "hello"}}
// returns: row [columns of UserRow]
MATCH (u:User {id: $id})
SET u += $changes
RETURN @user_columns(u) AS row
