// Sealed addresses of mails, in the order of their ids
// params: {"after": "", "most": 200}
// returns: rows [id, toSealed]
MATCH (mail:Mail)
WHERE mail.id > $after
WITH mail
ORDER BY mail.id
LIMIT $most
RETURN collect([mail.id, mail.toSealed]) AS rows
