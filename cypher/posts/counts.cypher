// Counts of posts, as the degrees that the store keeps
// params: {"ids": ["01890a5d-ac96-774b-bcce-b302099a8057"]}
// returns: rows [id, [fields of PostCounts]], in any order
UNWIND $ids AS id
MATCH (p:Post {id: id})
WITH p, COUNT { (p)<-[:LIKED]-() } AS likes, COUNT { (p)<-[:REPLIES_TO]-() } AS replies
RETURN collect([p.id, [likes, replies]]) AS rows
