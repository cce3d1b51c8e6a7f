// Which of these posts viewers like
// params: {"viewers": [1], "ids": ["01890a5d-ac96-774b-bcce-b302099a8057"]}
// returns: rows [viewer's key, id of a post that they like], in any order
UNWIND $viewers AS key
MATCH (viewer:User {key: key})
UNWIND $ids AS id
MATCH (p:Post {id: id})
WHERE EXISTS { (viewer)-[:LIKED]->(p) }
RETURN collect([viewer.key, p.id]) AS rows
