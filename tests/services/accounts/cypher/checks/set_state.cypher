// Suspend somebody, or bring them back
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057", "state": "SUSPENDED"}
// returns: id
MATCH (u:User {id: $id})
SET u.state = $state
RETURN u.id AS id
