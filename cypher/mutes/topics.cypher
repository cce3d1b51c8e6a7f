// What people mute by topic
// params: {"ids": ["01890a5d-ac96-774b-bcce-b302099a8057"]}
// returns: rows [id, [[columns of MutedTopic]]], in any order, newest topics first
UNWIND $ids AS id
MATCH (u:User {id: id})
RETURN collect([u.id, COLLECT {
  MATCH (u)-[:MUTES_TOPIC]->(topic:MutedTopic)
  WITH topic
  ORDER BY topic.id DESC
  RETURN [topic.id, topic.kind, topic.value, topic.until, topic.at]
}]) AS rows
