// Hide a person from everybody until they come back
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057", "at": 1700000000000}
// returns: key, or no record where the account is gone or not in use
MATCH (u:User {id: $id})
SET u.id = u.id
WITH u
MATCH (active:User {id: $id})
WHERE @user_active(active)
SET active.state = 'DEACTIVATED', active.deactivatedAt = $at
RETURN active.key AS key
