// Write a post with its edges: author, what it answers and quotes, mentions, hashtags and pictures; a reply and a quote only where the author
// of the other post lets them. How it is delivered is decided here for good
// params: {"author": "01890a5d-ac96-774b-bcce-b302099a8057", "post": {"id": "01890a5d-ac96-774b-bcce-b302099a8058", "text": "hello", "audience": null, "replies": null, "quotes": null, "followersAsOf": null, "mentionNames": [], "mentionIds": [], "mediaIds": [], "createdAt": 1700000000000}, "replyTo": null, "quoteOf": null, "mentions": ["01890a5d-ac96-774b-bcce-b302099a8059"], "hashtags": ["birds"], "media": ["01890a5d-ac96-774b-bcce-b302099a8060"], "pushBelow": 10000}
// returns: row [whether they may reply, columns of PostRow or null where they may not write it, followers of the author, reason for the
//          delivery]; no record where the author is gone
MATCH (author:User {id: $author})
WHERE @user_active(author)
// Who replies or quotes is locked before the rules are asked: a block, and the end of a follow of theirs, come before this or after it.
FOREACH (_ IN CASE WHEN $replyTo IS NULL AND $quoteOf IS NULL THEN [] ELSE [1] END | SET author.id = author.id)
WITH author
OPTIONAL MATCH (parent:Post {id: $replyTo})
OPTIONAL MATCH (answered:User {id: parent.authorId})
OPTIONAL MATCH (quoted:Post {id: $quoteOf})
OPTIONAL MATCH (cited:User {id: quoted.authorId})
WITH author, parent, quoted,
     $replyTo IS NULL OR coalesce(@may_reply(author, parent, answered), false) AS mayReply,
     $quoteOf IS NULL OR coalesce(@may_quote(author, quoted, cited), false) AS mayQuote,
     CASE WHEN parent.authorId <> author.id THEN answered END AS addressee
OPTIONAL MATCH (control:DeliveryControl {name: 'home'})
WITH author, parent, quoted, mayReply, mayReply AND mayQuote AS mayWrite, addressee, control,
     COUNT { (author)<-[:FOLLOWS]-() } AS followers
WITH author, parent, quoted, mayReply, mayWrite, addressee, followers, @delivery_choices(author, followers, control) AS choices
WITH author, parent, quoted, mayReply, mayWrite, addressee, followers, choices[2] AS delivery, @delivery_reason(choices) AS reason
OPTIONAL CALL (author, parent, quoted, addressee, mayWrite, delivery, reason) {
  WITH author, parent, quoted, addressee, mayWrite, delivery, reason
  WHERE mayWrite
  CREATE (p:Post)
  SET p = $post,
      p.authorKey = author.key,
      p.audience = coalesce($post.audience, @audience_of_new_post(author, parent, addressee)),
      p.replies = coalesce($post.replies, author.defaultReplies, 'EVERYONE'),
      p.quotes = coalesce($post.quotes, author.defaultQuotes, 'EVERYONE'),
      p.rootId = coalesce(parent.rootId, parent.id),
      p.home = addressee IS NULL,
      p.delivery = delivery,
      p.deliveryReason = reason,
      p.language = @language_of(p)
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
  FOREACH (_ IN CASE WHEN @audience_public(p) THEN [1] ELSE [] END |
    CREATE (author)-[:POSTED]->(p)
    FOREACH (to IN CASE WHEN parent IS NULL THEN [] ELSE [parent] END | CREATE (p)-[:REPLIES_TO]->(to))
    FOREACH (to IN CASE WHEN quoted IS NULL THEN [] ELSE [quoted] END | CREATE (p)-[:QUOTES]->(to)))
  FOREACH (_ IN CASE WHEN @audience_public(p) THEN [] ELSE [1] END |
    CREATE (author)-[:POSTED_RESTRICTED]->(p)
    FOREACH (to IN CASE WHEN parent IS NULL THEN [] ELSE [parent] END | CREATE (p)-[:RESTRICTED_REPLY]->(to))
    FOREACH (to IN CASE WHEN quoted IS NULL THEN [] ELSE [quoted] END | CREATE (p)-[:RESTRICTED_QUOTE]->(to)))
  FOREACH (name IN $hashtags | MERGE (tag:Hashtag {name: name}) CREATE (p)-[tagged:TAGGED]->(tag)
    SET tagged = @tagged_columns(p, tag))
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
RETURN [mayReply, columns, followers, reason] AS row
