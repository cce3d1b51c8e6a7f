// Which posts of their group viewers have reposted
// params: {"groups": [[[1], ["01890a5d-ac96-774b-bcce-b302099a8057"]]]}
// returns: rows [viewer's key, id of a post that they have reposted], in any order
UNWIND $groups AS asked
UNWIND asked[0] AS key
MATCH (viewer:User {key: key})
UNWIND asked[1] AS id
MATCH (r:Repost)
WHERE r.authorId = viewer.id AND r.postId = id
RETURN collect([viewer.key, id]) AS rows
