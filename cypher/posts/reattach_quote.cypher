// Undo that a quote was detached; a second time changes nothing
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "quote": "01890a5d-ac96-774b-bcce-b302099a8058"}
// returns: row [whether it was detached, columns of PostRow]; no record where there is no live quote of a post of theirs
MATCH (quote:Post {id: $quote})
MATCH (quoted:Post {id: quote.quoteOfId})
MATCH (author:User {id: quote.authorId})
WHERE quoted.authorId = $viewer AND EXISTS { (viewer:User {id: $viewer}) WHERE @user_active(viewer) }
// The lock that `detach_quote` takes.
SET author.id = author.id
WITH quoted
MATCH (p:Post {id: $quote})
WHERE @post_live(p)
WITH quoted, p, p.quoteDetachedAt IS NOT NULL AS changed
OPTIONAL MATCH (p)-[edge:DETACHED_QUOTE]->(quoted)
REMOVE p.quoteDetachedAt
FOREACH (old IN CASE WHEN edge IS NULL THEN [] ELSE [edge] END |
  DELETE old
  FOREACH (_ IN CASE WHEN @audience_public(p) THEN [1] ELSE [] END | CREATE (p)-[:QUOTES]->(quoted))
  FOREACH (_ IN CASE WHEN @audience_public(p) THEN [] ELSE [1] END | CREATE (p)-[:RESTRICTED_QUOTE]->(quoted)))
RETURN [changed, @post_columns(p)] AS row
