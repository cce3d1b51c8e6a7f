// A page of what a post said before it was edited, newest first, as far as a viewer may see it: whom the post is for now, and was for
// under every audience under which the version stood, by the mentions of both
// params: {"viewer": null, "post": "01890a5d-ac96-774b-bcce-b302099a8058", "at": 9007199254740991, "limit": 21}
// returns: rows [columns of PostVersion], newest first
MATCH (p:Post {id: $post})
MATCH (author:User {id: p.authorId})
OPTIONAL MATCH (viewer:User {id: $viewer})
WITH p, author, viewer
WHERE @may_see_post(viewer, p, author)
MATCH (p)-[:HAD_VERSION]->(v:PostVersion)
WHERE v.writtenAt < $at
UNWIND v.audiences AS audience
WITH v, author, viewer,
     {audience: audience, mentionIds: v.mentionIds, followersAsOf: p.followersAsOf, deletedAt: null} AS stood
WITH v, collect(@may_see_post(viewer, stood, author)) AS admitted
WHERE all(each IN admitted WHERE each)
WITH v
ORDER BY v.writtenAt DESC
LIMIT $limit
RETURN collect(@version_columns(v)) AS rows
