// Which of these posts a viewer likes
// params: {"viewer": 1, "ids": ["01890a5d-ac96-774b-bcce-b302099a8057"]}
// returns: rows [id, whether]
MATCH (viewer:User {key: $viewer})
UNWIND $ids AS id
MATCH (p:Post {id: id})
RETURN collect([p.id, EXISTS { (viewer)-[:LIKED]->(p) }]) AS rows
