// Like a live post; a second time changes nothing
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "post": "01890a5d-ac96-774b-bcce-b302099a8058", "at": 1700000000000}
// returns: row [viewer key, author id, whether it is new]; no record where the post is gone
// scans: nothing; the product is of two single rows
MATCH (viewer:User {id: $viewer})
MATCH (p:Post {id: $post})
WHERE @post_live(p) AND @person_active(viewer)
MERGE (viewer)-[l:LIKED]->(p)
ON CREATE SET l.at = $at, l.made = true
WITH viewer, p, l, coalesce(l.made, false) AS isNew
REMOVE l.made
RETURN [viewer.key, p.authorId, isNew] AS row
