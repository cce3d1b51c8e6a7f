// Write a post with its edges: author, parent, mentions, hashtags and pictures; a reply only where its author may reply. How it is
// delivered is decided here for good: by the followers of its author, and what load and operators have set for everybody
// params: {"author": "01890a5d-ac96-774b-bcce-b302099a8057", "post": {"id": "01890a5d-ac96-774b-bcce-b302099a8058", "text": "hello", "audience": null, "replies": null, "followersAsOf": null, "mentionNames": [], "mentionIds": [], "mediaIds": [], "createdAt": 1700000000000}, "replyTo": null, "mentions": ["01890a5d-ac96-774b-bcce-b302099a8059"], "hashtags": ["birds"], "media": ["01890a5d-ac96-774b-bcce-b302099a8060"], "pushBelow": 10000}
// returns: row [whether the author may see the parent, columns of PostRow or null where they may not reply, followers of the author,
//          reason for the delivery]; no record where the author is gone
MATCH (author:User {id: $author})
WHERE @user_active(author)
// Who replies is locked before the rule is asked: a block, and the end of a follow of theirs, come before this or after it.
FOREACH (_ IN CASE WHEN $replyTo IS NULL THEN [] ELSE [1] END | SET author.id = author.id)
WITH author
OPTIONAL MATCH (parent:Post {id: $replyTo})
OPTIONAL MATCH (answered:User {id: parent.authorId})
WITH author, parent,
     $replyTo IS NULL OR coalesce(@may_see_post(author, parent, answered), false) AS sees,
     $replyTo IS NULL OR coalesce(@may_reply(author, parent, answered), false) AS mayWrite,
     CASE WHEN parent.authorId <> author.id THEN answered END AS addressee
OPTIONAL MATCH (control:DeliveryControl {name: 'home'})
WITH author, parent, sees, mayWrite, addressee, control, COUNT { (author)<-[:FOLLOWS]-() } AS followers,
     // Who was above stays above until 80 %, so that nobody flaps.
     CASE WHEN author.lastDelivery IS NULL THEN 1.0 ELSE 0.8 END AS share
WITH author, parent, sees, mayWrite, addressee, followers,
     // By the settings alone, with what load has made of them, and with what an operator has pinned.
     [rule IN [
       [$pushBelow, 'MIXED'],
       [coalesce(control.threshold, $pushBelow), CASE WHEN control.shedding THEN 'PULL' ELSE 'MIXED' END],
       [coalesce(control.pinnedThreshold, control.threshold, $pushBelow),
        coalesce(control.pinnedMode, CASE WHEN control.shedding THEN 'PULL' ELSE 'MIXED' END)]
     ] | CASE WHEN followers < rule[0] * share THEN 'PUSH' ELSE rule[1] END] AS choices
WITH author, parent, sees, mayWrite, addressee, followers, choices[2] AS delivery,
     CASE
       WHEN choices[2] <> choices[1] THEN 'OPERATOR'
       WHEN choices[1] <> choices[0] THEN 'LOAD'
       WHEN choices[2] = 'PUSH' THEN 'FEW_FOLLOWERS'
       ELSE 'MANY_FOLLOWERS'
     END AS reason
OPTIONAL CALL (author, parent, addressee, mayWrite, delivery, reason) {
  WITH author, parent, addressee, mayWrite, delivery, reason,
       // The widest default: who sees what is answered. Close friends of somebody else are not those of the author.
       CASE
         WHEN parent IS NULL THEN 'PUBLIC'
         WHEN addressee IS NULL THEN parent.audience
         WHEN @audience_close_friends(parent) THEN 'MENTIONED'
         WHEN @audience_public(parent) AND NOT @user_public(addressee) THEN 'FOLLOWERS'
         ELSE parent.audience
       END AS widest
  WHERE mayWrite
  CREATE (p:Post)
  SET p = $post,
      p.authorKey = author.key,
      p.audience = coalesce($post.audience, head(
        [audience IN ['MENTIONED', 'CLOSE_FRIENDS', 'FOLLOWERS', 'PUBLIC']
         WHERE audience = widest OR audience = coalesce(author.defaultAudience, 'PUBLIC')])),
      p.replies = coalesce($post.replies, author.defaultReplies, 'EVERYONE'),
      p.rootId = coalesce(parent.rootId, parent.id),
      p.home = addressee IS NULL,
      p.delivery = delivery,
      p.deliveryReason = reason
  // Who is answered counts as mentioned, so that they see an answer for those whom it mentions.
  FOREACH (to IN CASE WHEN addressee IS NULL OR addressee.id IN p.mentionIds THEN [] ELSE [addressee] END |
    SET p.mentionNames = p.mentionNames + to.username, p.mentionIds = p.mentionIds + to.id)
  FOREACH (_ IN CASE WHEN p.home THEN [1] ELSE [] END | SET p:HomePost)
  // Readers look among the recent posts of who has written one that was not pushed to all, until they are settled.
  FOREACH (_ IN CASE WHEN p.home AND delivery <> 'PUSH' THEN [1] ELSE [] END |
    SET author.lastPullPostAt = p.createdAt, author.lastDelivery = delivery)
  FOREACH (_ IN CASE WHEN p.home AND delivery = 'PUSH' AND author.lastDelivery IS NOT NULL THEN [1] ELSE [] END |
    REMOVE author.lastDelivery)
  // Everybody may know how many edges a node has, so those of posts that are not for everybody have names of their own.
  FOREACH (_ IN CASE WHEN @audience_public(p) THEN [1] ELSE [] END | CREATE (author)-[:POSTED]->(p))
  FOREACH (_ IN CASE WHEN @audience_public(p) THEN [] ELSE [1] END | CREATE (author)-[:POSTED_RESTRICTED]->(p))
  FOREACH (to IN CASE WHEN parent IS NULL THEN [] ELSE [parent] END |
    FOREACH (_ IN CASE WHEN @audience_public(p) THEN [1] ELSE [] END | CREATE (p)-[:REPLIES_TO]->(to))
    FOREACH (_ IN CASE WHEN @audience_public(p) THEN [] ELSE [1] END | CREATE (p)-[:RESTRICTED_REPLY]->(to)))
  FOREACH (name IN $hashtags | MERGE (tag:Hashtag {name: name}) CREATE (p)-[:TAGGED]->(tag))
  WITH p, addressee
  CALL (p, addressee) {
    // In the order of ids, so that two posts lock users whom both name in the same order.
    UNWIND CASE WHEN addressee IS NULL THEN $mentions ELSE $mentions + addressee.id END AS mentioned
    WITH DISTINCT p, mentioned ORDER BY mentioned
    MATCH (user:User {id: mentioned})
    CREATE (p)-[:MENTIONS]->(user)
  }
  CALL (p) {
    UNWIND range(0, size($media) - 1) AS position
    MATCH (picture:Media {id: $media[position]})
    CREATE (p)-[:HAS_MEDIA {position: position}]->(picture)
  }
  RETURN @post_columns(p) AS columns
}
RETURN [sees, columns, followers, reason] AS row
