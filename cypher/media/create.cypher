// Announce a picture, unless its owner has too many uploads open
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057", "ownerId": "01890a5d-0000-7000-8000-000000000001",
//          "contentType": "image/jpeg", "bytes": 1000, "alt": "", "at": 1700000000000, "since": 1699999100000, "most": 20}
// returns: open, a list: uploads open before this one, and when the oldest of them was announced; no record where the
//          owner is gone or not in use of their account
MATCH (owner:User {id: $ownerId})
WHERE @user_active(owner)
// This write changes nothing but takes the lock of the owner: two requests at once are counted one after the other.
SET owner.createdAt = owner.createdAt
WITH owner
OPTIONAL MATCH (open:Media {ownerId: $ownerId, state: 'PENDING'}) WHERE open.createdAt > $since AND open.id <> $id
WITH owner, count(open) AS waiting, min(open.createdAt) AS oldest
FOREACH (_ IN CASE WHEN waiting < $most THEN [1] ELSE [] END |
  MERGE (m:Media {id: $id})
  ON CREATE SET m.ownerId = $ownerId, m.state = 'PENDING', m.contentType = $contentType, m.bytes = $bytes, m.alt = $alt,
                m.createdAt = $at
)
RETURN [waiting, oldest] AS open
