// Accept an upload for processing, if it is still pending
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057", "contentType": "image/jpeg", "at": 1700000000000}
// returns: row, a list in the order of the fields of MediaRow; no record when it is not pending any
//          more, or its owner not in use of their account
MATCH (m:Media {id: $id})
// This write changes nothing but takes the lock, so that the state below is read after any other writer is done.
SET m.id = m.id
WITH m
MATCH (owner:User {id: m.ownerId})
WHERE m.state = 'PENDING' AND @user_active(owner)
SET m.state = 'PROCESSING', m.contentType = $contentType, m.announcedAt = $at
RETURN @media_columns(m) AS row
