// Remove some of the edges that a deleted post has: likes, reposts, bookmarks, quotes, mentions, hashtags and its author's. Those of replies,
// versions and pictures are for `purge/posts`. What people liked and bookmarked stays in the totals of their own lists
// params: {"post": "01890a5d-ac96-774b-bcce-b302099a8058", "most": 200}
// returns: removed, how many; fewer than asked for where no more are left
// slow: hundreds of edges
MATCH (p:Post {id: $post})
WHERE NOT @post_live(p)
CALL (p) {
  // By their names, so that the replies of a tombstone are not passed over in each of thousands of transactions.
  MATCH (p)-[edge:LIKED|BOOKMARKED|HOLDS|REPOSTS|MENTIONS|TAGGED|QUOTES|RESTRICTED_QUOTE|DETACHED_QUOTE|DELETED_QUOTE|
                  POSTED|POSTED_RESTRICTED|DELETED_POST]-()
  WITH edge, CASE WHEN type(edge) = 'REPOSTS' THEN [startNode(edge)] ELSE [] END AS reposts,
       CASE WHEN type(edge) = 'LIKED' THEN [startNode(edge)] ELSE [] END AS likers,
       CASE WHEN type(edge) = 'BOOKMARKED' THEN [startNode(edge)] ELSE [] END AS keepers
  LIMIT $most
  DELETE edge
  FOREACH (person IN likers | SET person.likesPurged = coalesce(person.likesPurged, 0) + 1)
  FOREACH (person IN keepers | SET person.bookmarksPurged = coalesce(person.bookmarksPurged, 0) + 1)
  // One that was made while the post was deleted, and not ended with the others.
  FOREACH (repost IN reposts | DETACH DELETE repost)
  RETURN count(*) AS removed
}
RETURN removed
