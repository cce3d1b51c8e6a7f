// Detach a quote of a post of the viewer, whether or not they may see the quote; a second time changes nothing
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "quote": "01890a5d-ac96-774b-bcce-b302099a8058", "at": 1700000000000}
// returns: row [whether it was attached, columns of PostRow]; no record where there is no live quote of a post of theirs
MATCH (quote:Post {id: $quote})
MATCH (quoted:Post {id: quote.quoteOfId})
MATCH (author:User {id: quote.authorId})
WHERE quoted.authorId = $viewer AND EXISTS { (viewer:User {id: $viewer}) WHERE @user_active(viewer) }
// The lock that deleting the quote and changing its audience take, so that its edge is renamed once.
SET author.id = author.id
WITH quoted
MATCH (p:Post {id: $quote})
WHERE @post_live(p)
WITH quoted, p, p.quoteDetachedAt IS NULL AS changed
OPTIONAL MATCH (p)-[edge:QUOTES|RESTRICTED_QUOTE]->(quoted)
SET p.quoteDetachedAt = coalesce(p.quoteDetachedAt, $at)
FOREACH (old IN CASE WHEN edge IS NULL THEN [] ELSE [edge] END | DELETE old CREATE (p)-[:DETACHED_QUOTE]->(quoted))
RETURN [changed, @post_columns(p)] AS row
