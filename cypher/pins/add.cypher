// Pin a post of the viewer's own behind so many of those that are pinned already; one that is pinned is moved
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "post": "01890a5d-ac96-774b-bcce-b302099a8058", "behind": 0, "most": 3}
// returns: row [outcome: 'GONE', 'MENTIONED', 'FULL', 'SAME' or 'PINNED', columns of PostRow or null]; no record without the viewer
MATCH (u:User {id: $viewer})
WHERE @user_active(u)
// The lock first, so that of two changes at once each sees what the other left.
SET u.id = u.id
WITH u
MATCH (viewer:User {id: $viewer})
OPTIONAL MATCH (p:Post {id: $post})
WHERE p.authorId = viewer.id AND @post_live(p)
WITH viewer, p, coalesce(viewer.pinnedIds, []) AS before
WITH viewer, p, before, [id IN before WHERE id <> $post] AS others
WITH viewer, p, before, others, others[..$behind] + [$post] + others[$behind..] AS pinned
WITH viewer, p, pinned, CASE
       WHEN p IS NULL THEN 'GONE'
       WHEN @audience_mentioned(p) THEN 'MENTIONED'
       WHEN size(others) >= $most THEN 'FULL'
       WHEN pinned = before THEN 'SAME'
       ELSE 'PINNED'
     END AS outcome
FOREACH (_ IN CASE WHEN outcome = 'PINNED' THEN [1] ELSE [] END | SET viewer.pinnedIds = pinned)
RETURN [outcome, CASE WHEN p IS NULL THEN null ELSE @post_columns(p) END] AS row
