// Which of these people a viewer follows
// params: {"viewer": 1, "ids": ["01890a5d-ac96-774b-bcce-b302099a8057"]}
// returns: ids of those followed
MATCH (viewer:User {key: $viewer})
UNWIND $ids AS id
MATCH (person:User {id: id})
WHERE EXISTS { (viewer)-[:FOLLOWS]->(person) }
RETURN collect(person.id) AS ids
