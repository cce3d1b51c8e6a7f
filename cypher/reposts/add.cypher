// Repost a post that may be reposted; a second time changes nothing. It is delivered as a post of the viewer would be
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "post": "01890a5d-ac96-774b-bcce-b302099a8058", "id": "01890a5d-ac97-874b-bcce-b302099a8058", "at": 1700000000000, "pushBelow": 10000}
// returns: row [viewer key, whether the viewer sees the post, columns of RepostRow or null where they may not repost it, whether it is
//          new, [followers of the viewer, delivery, reason for it], author key of the post, counts of the post now, columns of
//          PostRow]; no record without the viewer
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
// This write changes nothing but takes the lock, so that reposts of one viewer come one after the other, and none is made twice.
// The post is not locked: many may repost it at the same time.
SET viewer.id = viewer.id
WITH viewer
OPTIONAL MATCH (p:Post {id: $post})
OPTIONAL MATCH (author:User {id: p.authorId})
WITH viewer, p, author, coalesce(@may_see_post(viewer, p, author), false) AS sees,
     coalesce(@may_repost(viewer, p, author), false) AS may
OPTIONAL MATCH (before:Repost)
WHERE before.authorId = viewer.id AND before.postId = $post
OPTIONAL MATCH (control:DeliveryControl {name: 'home'})
WITH viewer, p, author, sees, may, before, control, COUNT { (viewer)<-[:FOLLOWS]-() } AS followers
WITH viewer, p, author, sees, may, before, followers, @delivery_choices(viewer, followers, control) AS choices
WITH viewer, p, author, sees, before, followers, choices[2] AS delivery, @delivery_reason(choices) AS reason,
     may AND before IS NULL AS isNew
FOREACH (to IN CASE WHEN isNew THEN [p] ELSE [] END |
  CREATE (r:Repost:HomePost {id: $id, authorId: viewer.id, authorKey: viewer.key, postId: to.id, createdAt: $at,
    delivery: delivery, deliveryReason: reason})-[:REPOSTS]->(to))
// Readers look among the recent posts of who has written one that was not pushed to all, until they are settled.
FOREACH (_ IN CASE WHEN isNew AND delivery <> 'PUSH' THEN [1] ELSE [] END |
  SET viewer.lastPullPostAt = $at, viewer.lastDelivery = delivery)
FOREACH (_ IN CASE WHEN isNew AND delivery = 'PUSH' AND viewer.lastDelivery IS NOT NULL THEN [1] ELSE [] END |
  REMOVE viewer.lastDelivery)
WITH viewer, p, author, sees, isNew, followers, delivery, reason
OPTIONAL MATCH (r:Repost)
WHERE r.authorId = viewer.id AND r.postId = $post
RETURN [viewer.key, sees, CASE WHEN r IS NULL THEN null ELSE @repost_columns(r) END, isNew, [followers, delivery, reason],
  author.key, @post_counts(p), CASE WHEN sees THEN @post_columns(p) END] AS row
