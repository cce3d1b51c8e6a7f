// Forget mails that could not be sent, when their time is over, some at once
// params: {"at": 1700000000000, "most": 1000}
// returns: forgotten, how many
MATCH (mail:Mail)
WHERE mail.state IN ['REFUSED', 'EXPIRED'] AND mail.dueAt <= $at
WITH mail
LIMIT $most
DELETE mail
RETURN count(*) AS forgotten
