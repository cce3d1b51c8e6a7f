// Show a processed picture, if it is still processing
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057", "width": 4000, "height": 3000, "blurhash": "LEHV6nWB2yk8pyo0adR*.7kCMdnj"}
// returns: row [ownerId, columns of HoldingPost of each post that it hangs on]; no record when it is not processing any more
MATCH (m:Media {id: $id})
// This write changes nothing but takes the lock, so that the state below is read after any other writer is done.
SET m.id = m.id
WITH m WHERE m.state = 'PROCESSING'
SET m.state = 'READY', m.width = $width, m.height = $height, m.blurhash = $blurhash
REMOVE m.announcedAt
RETURN [m.ownerId, @holding_posts(m)] AS row
