// Let somebody have changed their username long ago
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057"}
// returns: id
MATCH (u:User {id: $id})
SET u.usernameChangedAt = 2, u.usernameReturnedAt = CASE WHEN u.usernameReturnedAt IS NOT NULL THEN 1 END
RETURN u.id AS id
