// How long the lists are that belong to the viewer alone
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "now": 1700000000000, "most": 1000}
// returns: row [follow requests, sent follow requests, close friends, blocked users, muted users, bookmarks, likes], without people whom
//          the list does not show, and null where there are more than `most`; no record without the viewer
// slow: counts several lists to their bounds
MATCH (viewer:User {id: $viewer})
// A degree bounds what a count reads. As the answer it would tell who has left from who blocks the viewer: a block ends requests
// and close friendships, so those of people in use of their account may be seen; mutes it does not end.
RETURN [
  CASE WHEN COUNT { (viewer)<-[:REQUESTED]-() } <= $most
    THEN COUNT { (viewer)<-[:REQUESTED]-(asker) WHERE @user_active(asker) } END,
  CASE WHEN COUNT { (viewer)-[:REQUESTED]->() } <= $most
    THEN COUNT { (viewer)-[:REQUESTED]->(asked) WHERE @user_active(asked) } END,
  CASE WHEN COUNT { (viewer)-[:CLOSE_FRIEND]->() } <= $most
    THEN COUNT { (viewer)-[:CLOSE_FRIEND]->(friend) WHERE @user_active(friend) } END,
  CASE WHEN COUNT { (viewer)-[:BLOCKS]->() } <= $most
    THEN COUNT { (viewer)-[:BLOCKS]->(blocked) WHERE @user_active(blocked) } END,
  CASE WHEN COUNT { (viewer)-[:MUTES]->() } <= $most
    THEN COUNT { (viewer)-[m:MUTES]->(muted) WHERE (m.until IS NULL OR m.until > $now) AND @may_see_user(viewer, muted) } END,
  // Nothing but the viewer ends a bookmark or a like, so their degrees tell what they did, and nothing of the posts. Those of posts
  // that were purged have no edge any more.
  COUNT { (viewer)-[:BOOKMARKED]->() } + coalesce(viewer.bookmarksPurged, 0),
  COUNT { (viewer)-[:LIKED]->() } + coalesce(viewer.likesPurged, 0)
] AS row
