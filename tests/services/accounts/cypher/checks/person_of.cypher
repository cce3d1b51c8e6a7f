// Everything a person node holds
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057"}
// returns: person, a map
MATCH (u:User {id: $id})
RETURN properties(u) AS person
