// Which of these people follow a viewer
// params: {"viewer": 1, "ids": ["01890a5d-ac96-774b-bcce-b302099a8057"]}
// returns: ids of the followers
MATCH (viewer:User {key: $viewer})
UNWIND $ids AS id
MATCH (person:User {id: id})
WHERE EXISTS { (person)-[:FOLLOWS]->(viewer) }
RETURN collect(person.id) AS ids
