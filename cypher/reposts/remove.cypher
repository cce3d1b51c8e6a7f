// End the viewer's repost of a post, also of one that they may no longer see; a second time changes nothing
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "post": "01890a5d-ac96-774b-bcce-b302099a8058"}
// returns: row [viewer key, id of the repost that ended or null, [its delivery, author id of the post, key of that author],
//          counts of the post now, columns of PostRow or null where the viewer does not see it]; no record without the viewer
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
// The lock that `add` takes, so that a repost ends once.
SET viewer.id = viewer.id
WITH viewer
OPTIONAL MATCH (r:Repost)
WHERE r.authorId = viewer.id AND r.postId = $post
OPTIONAL MATCH (p:Post {id: $post})
OPTIONAL MATCH (author:User {id: p.authorId})
WITH viewer, r, p, author, r.id AS ended, r.delivery AS delivery, coalesce(@may_see_post(viewer, p, author), false) AS sees
FOREACH (one IN CASE WHEN r IS NULL THEN [] ELSE [r] END | DETACH DELETE one)
WITH viewer, ended, delivery, p, author, sees
RETURN [viewer.key, ended, [delivery, author.id, author.key], @post_counts(p), CASE WHEN sees THEN @post_columns(p) END] AS row
