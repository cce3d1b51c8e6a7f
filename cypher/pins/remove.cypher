// Pin a post of the viewer's no longer; a second time changes nothing
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "post": "01890a5d-ac96-774b-bcce-b302099a8058"}
// returns: row [outcome: 'GONE', 'SAME' or 'UNPINNED', columns of PostRow or null]; no record without the viewer
MATCH (u:User {id: $viewer})
WHERE @user_active(u)
// The lock that `add` takes.
SET u.id = u.id
WITH u
MATCH (viewer:User {id: $viewer})
OPTIONAL MATCH (p:Post {id: $post})
WHERE p.authorId = viewer.id AND @post_live(p)
WITH viewer, p, CASE
       WHEN p IS NULL THEN 'GONE'
       WHEN p.id IN coalesce(viewer.pinnedIds, []) THEN 'UNPINNED'
       ELSE 'SAME'
     END AS outcome
FOREACH (_ IN CASE WHEN outcome = 'UNPINNED' THEN [1] ELSE [] END |
  SET viewer.pinnedIds = [id IN viewer.pinnedIds WHERE id <> p.id])
RETURN [outcome, CASE WHEN p IS NULL THEN null ELSE @post_columns(p) END] AS row
