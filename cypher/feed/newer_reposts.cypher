// Which entries of a home timeline stand there once more: at a newer repost that the viewer sees, up to the beginning of a walk
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "beginning": "ffffffff-ffff-ffff-ffff-ffffffffffff", "entries": [["01890a5d-ac96-774b-bcce-b302099a8058", "01890a5d-ac96-774b-bcce-b302099a8058"]], "now": 1700000000000}
// returns: ids of those entries, in any order
// slow: reposts of a post, or people whom the viewer follows, whichever are fewer, for each entry
MATCH (viewer:User {id: $viewer})
UNWIND $entries AS entry
MATCH (p:Post {id: entry[0]})
WITH viewer, p, entry[1] AS entry, COUNT { (p)<-[:REPOSTS]-() } AS reposts, COUNT { (viewer)-[:FOLLOWS]->() } AS follows
WHERE reposts > 0 AND (
  EXISTS {
    MATCH (own:Repost)
    USING INDEX SEEK own:Repost(authorId, postId)
    WHERE own.authorId = viewer.id AND own.postId = p.id AND own.id > entry AND own.id <= $beginning
  }
  OR CASE WHEN reposts <= follows
    THEN EXISTS {
      MATCH (r:Repost)
      WHERE r.postId = p.id AND r.id > entry AND r.id <= $beginning
      MATCH (sender:User {id: r.authorId})
      WHERE EXISTS { (viewer)-[:FOLLOWS]->(sender) } AND @may_see_reactions(viewer, sender) AND NOT @mutes_reposts(viewer, sender)
    }
    ELSE EXISTS {
      MATCH (viewer)-[:FOLLOWS]->(sender:User)
      MATCH (r:Repost)
      WHERE r.authorId = sender.id AND r.postId = p.id AND r.id > entry AND r.id <= $beginning
        AND @may_see_reactions(viewer, sender) AND NOT @mutes_reposts(viewer, sender)
    }
  END
)
RETURN collect(entry) AS ids
