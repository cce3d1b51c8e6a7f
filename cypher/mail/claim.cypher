// Take a mail that is due, to send it; until a time it is nobody else's
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057", "at": 1700000000000, "until": 1700000060000}
// returns: row [columns of Mail]; no record where it is not due, since it was sent or another worker has it
MATCH (mail:Mail {id: $id})
// The lock first, so that of two workers the second finds it taken.
SET mail.id = mail.id
WITH mail
MATCH (due:Mail {id: $id})
WHERE due.state = 'WAITING' AND due.dueAt <= $at
SET due.dueAt = $until, due.attempts = due.attempts + 1
WITH due
MATCH (user:User {id: due.userId})
MATCH (account:Account {userId: user.id})
OPTIONAL MATCH (link:EmailLink {id: due.id})
RETURN [due.id, due.kind, due.createdAt, due.attempts, due.toSealed, user.username, account.language, link.tokenHash,
        link.expiresAt, link.usedAt IS NULL] AS row
