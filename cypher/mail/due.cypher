// Mails that are due to be sent, those first that are due longest
// params: {"at": 1700000000000, "most": 8}
// returns: ids
MATCH (mail:Mail {state: 'WAITING'})
WHERE mail.dueAt <= $at
WITH mail
ORDER BY mail.dueAt, mail.id
LIMIT $most
RETURN collect(mail.id) AS ids
