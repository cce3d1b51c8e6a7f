// Mute a topic no longer
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "id": "01890a5d-ac96-774b-bcce-b302099a8058"}
// returns: row [viewer key, whether there was such a topic of theirs]; no record without the viewer
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
// The lock that muting takes, so that a topic is taken away once.
SET viewer.id = viewer.id
WITH viewer
OPTIONAL MATCH (topic:MutedTopic {id: $id, ownerId: $viewer})
WITH viewer, collect(topic) AS topics
FOREACH (topic IN topics | DETACH DELETE topic)
RETURN [viewer.key, size(topics) > 0] AS row
