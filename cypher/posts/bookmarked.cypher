// Which posts of their group viewers have bookmarked
// params: {"groups": [[[1], ["01890a5d-ac96-774b-bcce-b302099a8057"]]]}
// returns: rows [viewer's key, id of a post that they have bookmarked], in any order
UNWIND $groups AS asked
UNWIND asked[0] AS key
MATCH (viewer:User {key: key})
UNWIND asked[1] AS id
MATCH (p:Post {id: id})
WHERE EXISTS { (viewer)-[:BOOKMARKED]->(p) }
RETURN collect([viewer.key, p.id]) AS rows
