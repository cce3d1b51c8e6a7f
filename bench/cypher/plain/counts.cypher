// Likes and replies of posts
// params: {"ids": ["01890a5d-ac96-774b-bcce-b302099a8057"]}
// returns: rows [id, likes, replies]
UNWIND $ids AS id
MATCH (p:Post {id: id})
RETURN collect([p.id, COUNT { (p)<-[:LIKED]-() }, COUNT { (p)<-[:REPLIES_TO]-() }]) AS rows
