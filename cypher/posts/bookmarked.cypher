// Which of these posts a viewer has bookmarked
// params: {"viewer": 1, "ids": ["01890a5d-ac96-774b-bcce-b302099a8057"]}
// returns: ids of those bookmarked
MATCH (viewer:User {key: $viewer})
UNWIND $ids AS id
MATCH (p:Post {id: id})
WHERE EXISTS { (viewer)-[:BOOKMARKED]->(p) }
RETURN collect(p.id) AS ids
