// Refuse a picture, if it is still in this state
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057", "state": "PENDING", "refusal": "NOT_A_PICTURE"}
// returns: row [columns of MediaRow, columns of HoldingPost of each post that it hangs on]; no record when the state is another
MATCH (m:Media {id: $id})
// This write changes nothing but takes the lock, so that the state below is read after any other writer is done.
SET m.id = m.id
WITH m WHERE m.state = $state
SET m.state = 'REFUSED', m.refusal = $refusal
REMOVE m.announcedAt
RETURN [@media_columns(m), @holding_posts(m)] AS row
