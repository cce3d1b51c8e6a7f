// Mute a word, a hashtag or a thread, until a time or for ever; one that is muted already keeps its id
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "id": "01890a5d-ac96-774b-bcce-b302099a8058", "kind": "WORD", "value": "rain", "matched": "rain", "until": null, "at": 1700000000000, "most": 200}
// returns: row [viewer key, [columns of MutedTopic] or null where there are too many]; no record without the viewer
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
// This write changes nothing but takes the lock, so that topics of one person are counted one after the other.
SET viewer.id = viewer.id
WITH viewer
CALL (viewer) {
  MATCH (viewer)-[:MUTES_TOPIC]->(ended:MutedTopic)
  WHERE ended.until <= $at
  DETACH DELETE ended
}
WITH viewer, COUNT { (viewer)-[:MUTES_TOPIC]->() } AS topics
OPTIONAL MATCH (viewer)-[:MUTES_TOPIC]->(same:MutedTopic {kind: $kind, matched: $matched})
WITH viewer, coalesce(same.id, $id) AS id, same IS NOT NULL OR topics < $most AS fits
FOREACH (_ IN CASE WHEN fits THEN [1] ELSE [] END |
  MERGE (topic:MutedTopic {id: id})
  ON CREATE SET topic.ownerId = viewer.id, topic.kind = $kind, topic.matched = $matched, topic.at = $at
  SET topic.value = $value, topic.until = $until
  MERGE (viewer)-[:MUTES_TOPIC]->(topic))
WITH viewer, id, fits
OPTIONAL MATCH (topic:MutedTopic {id: id})
RETURN [viewer.key, CASE WHEN fits THEN [topic.id, topic.kind, topic.value, topic.until, topic.at] END] AS row
