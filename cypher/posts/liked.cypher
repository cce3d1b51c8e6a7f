// Which posts of their group viewers like
// params: {"groups": [[[1], ["01890a5d-ac96-774b-bcce-b302099a8057"]]]}
// returns: rows [viewer's key, id of a post that they like], in any order
UNWIND $groups AS asked
UNWIND asked[0] AS key
MATCH (viewer:User {key: key})
UNWIND asked[1] AS id
MATCH (p:Post {id: id})
WHERE EXISTS { (viewer)-[:LIKED]->(p) }
RETURN collect([viewer.key, p.id]) AS rows
