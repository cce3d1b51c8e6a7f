// Change who may see a post, who may reply to it and who may quote it; edges that are counted get the names that go with its audience
// params: {"author": "01890a5d-ac96-774b-bcce-b302099a8057", "post": "01890a5d-ac96-774b-bcce-b302099a8058", "audience": "FOLLOWERS", "replies": null, "quotes": null}
// returns: row [the audience before, whether the author is private, columns of PostRow]; no record where the author has no such live post
MATCH (author:User {id: $author})
WHERE @user_active(author)
// The lock that `delete` takes, so that an edge is renamed once, and never one that is gone.
SET author.id = author.id
WITH author
MATCH (p:Post {id: $post})
WHERE p.authorId = author.id AND @post_live(p)
WITH author, p, p.audience AS wasAudience
// What it says now is shown, once it was edited, to whom every audience under which it stood admits.
FOREACH (was IN CASE WHEN $audience <> wasAudience THEN [
    CASE WHEN @audience_public(p) AND NOT @user_public(author) THEN 'FOLLOWERS' ELSE wasAudience END] ELSE [] END |
  SET p.stoodFor = [each IN coalesce(p.stoodFor, []) WHERE each <> was] + was)
SET p.audience = coalesce($audience, p.audience), p.replies = coalesce($replies, p.replies), p.quotes = coalesce($quotes, p.quotes)
WITH author, p, wasAudience, @audience_public(p) AS isPublic, @reply_edge(p) AS replyEdge
OPTIONAL MATCH (author)-[posted:POSTED|POSTED_RESTRICTED]->(p)
WHERE (type(posted) = 'POSTED') <> isPublic
OPTIONAL MATCH (p)-[reply:REPLIES_TO|RESTRICTED_REPLY|HIDDEN_REPLY]->(parent:Post)
WHERE type(reply) <> replyEdge
OPTIONAL MATCH (p)-[quote:QUOTES|RESTRICTED_QUOTE]->(quoted:Post)
WHERE (type(quote) = 'QUOTES') <> isPublic
FOREACH (edge IN CASE WHEN posted IS NULL THEN [] ELSE [posted] END |
  DELETE edge
  FOREACH (_ IN CASE WHEN isPublic THEN [1] ELSE [] END | CREATE (author)-[:POSTED]->(p))
  FOREACH (_ IN CASE WHEN isPublic THEN [] ELSE [1] END | CREATE (author)-[:POSTED_RESTRICTED]->(p)))
FOREACH (edge IN CASE WHEN reply IS NULL THEN [] ELSE [reply] END |
  DELETE edge
  CREATE (p)-[:$(replyEdge)]->(parent))
FOREACH (edge IN CASE WHEN quote IS NULL THEN [] ELSE [quote] END |
  DELETE edge
  FOREACH (_ IN CASE WHEN isPublic THEN [1] ELSE [] END | CREATE (p)-[:QUOTES]->(quoted))
  FOREACH (_ IN CASE WHEN isPublic THEN [] ELSE [1] END | CREATE (p)-[:RESTRICTED_QUOTE]->(quoted)))
RETURN [wasAudience, author.private, @post_columns(p)] AS row
