// What posts answer, the post that that answers, and so on, nearest first, 101 at most: those that were deleted among them
// params: {"ids": ["01890a5d-ac96-774b-bcce-b302099a8057"]}
// returns: rows [id, ids of its ancestors], in any order
UNWIND $ids AS id
MATCH (p:Post {id: id})
CALL (p) {
  MATCH way = (p)-[:REPLIES_TO|RESTRICTED_REPLY|HIDDEN_REPLY|DELETED_REPLY*1..101]->(ancestor:Post)
  WITH ancestor, length(way) AS steps
  ORDER BY steps
  LIMIT 101
  RETURN collect(ancestor.id) AS ids
}
RETURN collect([id, ids]) AS rows
