// Change the profile of a person; only the properties given are touched
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057", "changes": {"bio": "hello"}}
// returns: row [columns of UserRow], no record where the account is gone or not in use
MATCH (u:User {id: $id})
WHERE @user_active(u)
SET u += $changes
RETURN @user_columns(u) AS row
