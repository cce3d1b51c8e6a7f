// Hide a reply to a post of the viewer since a moment, or show it again for null, whether or not they may see it; a second time changes nothing
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "reply": "01890a5d-ac96-774b-bcce-b302099a8058", "at": 1700000000000}
// returns: row [whether that changed something, columns of PostRow]; no record where there is no live reply to a live post of theirs
MATCH (reply:Post {id: $reply})
MATCH (answered:Post {id: reply.replyToId})
MATCH (author:User {id: reply.authorId})
WHERE answered.authorId = $viewer AND @post_live(answered) AND EXISTS { (viewer:User {id: $viewer}) WHERE @user_active(viewer) }
// The lock that deleting the reply and changing its audience take, so that its edge is renamed once.
SET author.id = author.id
WITH answered
MATCH (p:Post {id: $reply})
WHERE @post_live(p)
WITH answered, p, (p.replyHiddenAt IS NULL) <> ($at IS NULL) AS changed
SET p.replyHiddenAt = CASE WHEN $at IS NULL THEN null ELSE coalesce(p.replyHiddenAt, $at) END
WITH answered, p, changed, @reply_edge(p) AS type
OPTIONAL MATCH (p)-[edge:REPLIES_TO|RESTRICTED_REPLY|HIDDEN_REPLY]->(answered)
WHERE type(edge) <> type
FOREACH (old IN CASE WHEN edge IS NULL THEN [] ELSE [edge] END | DELETE old CREATE (p)-[:$(type)]->(answered))
RETURN [changed, @post_columns(p)] AS row
