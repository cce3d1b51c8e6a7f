// Delete a post softly: it leaves every index of live posts, and the edges that are counted get other names
// params: {"author": "01890a5d-ac96-774b-bcce-b302099a8057", "post": "01890a5d-ac96-774b-bcce-b302099a8058", "at": 1700000000000}
// returns: row [whether the author is private, whether it was pinned, columns of PostRow], no record where the author has no such live post
MATCH (author:User {id: $author})
WHERE @user_active(author)
// This write changes nothing but takes the lock, so that of two deletions the second one finds the post gone.
SET author.id = author.id
WITH author
MATCH (p:Post {id: $post})
WHERE p.authorId = author.id AND @post_live(p)
MATCH (author)-[posted:POSTED|POSTED_RESTRICTED]->(p)
OPTIONAL MATCH (p)-[replies:REPLIES_TO|RESTRICTED_REPLY|HIDDEN_REPLY]->(parent:Post)
OPTIONAL MATCH (p)-[quotes:QUOTES|RESTRICTED_QUOTE|DETACHED_QUOTE]->(quoted:Post)
WITH author, p, posted, replies, parent, quotes, quoted, p.id IN coalesce(author.pinnedIds, []) AS pinned
FOREACH (_ IN CASE WHEN pinned THEN [1] ELSE [] END | SET author.pinnedIds = [id IN author.pinnedIds WHERE id <> p.id])
SET p.deletedAt = $at, p.awaitsPurgeSince = $at
REMOVE p:HomePost
FOREACH (tagged IN [(p)-[t:TAGGED]->() | t] | REMOVE tagged.tag)
DELETE posted
CREATE (author)-[:DELETED_POST]->(p)
FOREACH (edge IN CASE WHEN replies IS NULL THEN [] ELSE [replies] END | DELETE edge)
FOREACH (to IN CASE WHEN parent IS NULL THEN [] ELSE [parent] END | CREATE (p)-[:DELETED_REPLY]->(to))
FOREACH (edge IN CASE WHEN quotes IS NULL THEN [] ELSE [quotes] END | DELETE edge)
FOREACH (to IN CASE WHEN quoted IS NULL THEN [] ELSE [quoted] END | CREATE (p)-[:DELETED_QUOTE]->(to))
RETURN [author.private, pinned, @post_columns(p)] AS row
