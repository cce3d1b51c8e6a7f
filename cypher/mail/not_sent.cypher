// Note why a mail could not be sent: it is tried again when it is due, or is not to be sent any more, and then forgotten
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057", "state": "WAITING", "dueAt": 1700000000000, "reason": "451"}
// returns: id, or no record where it is gone
MATCH (mail:Mail {id: $id})
SET mail.state = $state, mail.dueAt = $dueAt, mail.reason = $reason
RETURN mail.id AS id
