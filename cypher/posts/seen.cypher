// Which of some posts somebody may see
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "ids": ["01890a5d-ac96-774b-bcce-b302099a8058"]}
// returns: ids, in any order
UNWIND $ids AS id
MATCH (p:Post {id: id})
MATCH (author:User {id: p.authorId})
WITH p, author
OPTIONAL MATCH (viewer:User {id: $viewer})
WITH p, author, viewer
WHERE @may_see_post(viewer, p, author)
RETURN collect(p.id) AS ids
