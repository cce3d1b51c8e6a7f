// Remove some of the edges that a deleted post has: likes, reposts, bookmarks, quotes, mentions, hashtags and its author's. Those of replies,
// versions and pictures are for `purge/posts`
// params: {"post": "01890a5d-ac96-774b-bcce-b302099a8058", "most": 200}
// returns: removed, how many; fewer than asked for where no more are left
// slow: hundreds of edges
MATCH (p:Post {id: $post})
WHERE NOT @post_live(p)
CALL (p) {
  MATCH (p)-[edge]-()
  WHERE NOT type(edge) IN ['REPLIES_TO', 'RESTRICTED_REPLY', 'HIDDEN_REPLY', 'DELETED_REPLY', 'HAD_VERSION', 'HAS_MEDIA']
  WITH edge, CASE WHEN type(edge) = 'REPOSTS' THEN [startNode(edge)] ELSE [] END AS reposts
  LIMIT $most
  DELETE edge
  // One that was made while the post was deleted, and not ended with the others.
  FOREACH (repost IN reposts | DETACH DELETE repost)
  RETURN count(*) AS removed
}
RETURN removed
