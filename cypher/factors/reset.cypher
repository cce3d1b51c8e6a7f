// Remove all second factors of somebody who has lost them, by order of the operator; a mail tells of it
// params: {"usernameKey": "ana",
//          "entry": {"id": "01890a5d-ac96-774b-bcce-b302099a8059", "at": 1700000000000, "actorId": "operator", "action": "FACTORS_RESET", "reason": "Because.", "details": "{}"},
//          "mails": [{"id": "01890a5d-ac96-774b-bcce-b302099a8058", "kind": "FACTORS_RESET", "state": "WAITING", "createdAt": 1700000000000, "dueAt": 1700000000000, "attempts": 0}]}
// returns: row [id, whether there were any]; no record where nobody with an account has this username
MATCH (user:User {usernameKey: $usernameKey})
MATCH (locked:Account {userId: user.id})
SET locked.userId = locked.userId
WITH user.id AS userId
MATCH (account:Account {userId: userId})
WITH account, @has_second_factor(account) AS isNew
FOREACH (_ IN CASE WHEN isNew THEN [1] ELSE [] END |
  CREATE (entry:AuditEntry)
  SET entry = $entry, entry.subjectId = account.userId
  FOREACH (each IN $mails |
    CREATE (mail:Mail)
    SET mail = each, mail.userId = account.userId, mail.toSealed = account.emailSealed))
WITH account, isNew
CALL (account) {
  MATCH (totp:TotpFactor {userId: account.userId})
  DELETE totp
}
CALL (account) {
  MATCH (passkey:Passkey {userId: account.userId})
  DELETE passkey
}
CALL (account) {
  MATCH (code:RecoveryCode {userId: account.userId})
  DELETE code
}
RETURN [account.userId, isNew] AS row
