// Forget those of these pictures that are still pending
// params: {"ids": ["01890a5d-ac96-774b-bcce-b302099a8057"]}
// returns: rows, a list of [id, ownerId] of those forgotten
UNWIND $ids AS id
MATCH (m:Media {id: id})
// This write changes nothing but takes the lock, so that the state below is read after any other writer is done. It
// needs this statement of its own: one that sought by the state would remember it from before the lock.
SET m.id = m.id
WITH m, id WHERE m.state = 'PENDING'
WITH m, id, m.ownerId AS ownerId
DETACH DELETE m
RETURN collect([id, ownerId]) AS rows
