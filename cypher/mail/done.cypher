// Forget a mail that was sent, or that nobody needs any more
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057"}
// returns: deleted, how many
MATCH (mail:Mail {id: $id})
DELETE mail
RETURN count(*) AS deleted
