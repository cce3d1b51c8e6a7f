// Counts of posts, as the degrees that the store keeps
// params: {"ids": ["01890a5d-ac96-774b-bcce-b302099a8057"]}
// returns: rows [id, [fields of PostCounts]], in any order
UNWIND $ids AS id
MATCH (p:Post {id: id})
WITH p, @post_counts(p) AS counts
RETURN collect([p.id, counts]) AS rows
