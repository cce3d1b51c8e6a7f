// The key of somebody about whom an event is written that changes nothing else in the graph
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057"}
// returns: key, or no record where there is no such person
MATCH (u:User {id: $id})
RETURN u.key AS key
