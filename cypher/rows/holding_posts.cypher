// The newest posts that a picture hangs on, and where they are shown, in the order of HoldingPost
// fragment: media
COLLECT {
  MATCH (holding:Post)-[:HAS_MEDIA]->(media)
  WHERE @post_live(holding)
  RETURN [holding.id, holding.authorKey, holding.home, holding.replyToId, holding.rootId] ORDER BY holding.id DESC LIMIT 100
}
