// A page of the ids of the posts from which a post was detached, newest first: each edge was made by a decision of its author
// params: {"post": "01890a5d-ac96-774b-bcce-b302099a8057", "quote": "ffffffff-ffff-ffff-ffff-ffffffffffff", "limit": 21}
// returns: ids, newest first
MATCH (quoted:Post {id: $post})
USING INDEX SEEK quoted:Post(id)
MATCH (quoted)<-[:DETACHED_QUOTE]-(p:Post)
WHERE p.id < $quote AND @post_live(p)
WITH p
ORDER BY p.id DESC
LIMIT $limit
RETURN collect(p.id) AS ids
