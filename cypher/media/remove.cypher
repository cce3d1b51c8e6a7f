// Delete a picture with every mention of it, if it belongs to this person
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057", "owner": "01890a5d-0000-7000-8000-000000000001"}
// returns: row [whether its owner wore it as avatar or cover, the owner's key]; no record when there is no such picture of theirs
MATCH (m:Media {id: $id}) WHERE m.ownerId = $owner
CALL (m) {
  MATCH (p:Post)-[:HAS_MEDIA]->(m)
  SET p.mediaIds = [id IN p.mediaIds WHERE id <> m.id]
}
OPTIONAL MATCH (u:User {id: $owner})
WITH m, u, coalesce(u.avatarId = m.id, false) OR coalesce(u.coverId = m.id, false) AS worn
SET u.avatarId = nullIf(u.avatarId, m.id), u.coverId = nullIf(u.coverId, m.id)
DETACH DELETE m
RETURN [worn, u.key] AS row
