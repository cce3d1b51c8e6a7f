// Remove somebody's authenticator app; recovery codes go with the last factor
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057",
//          "mails": [{"id": "01890a5d-ac96-774b-bcce-b302099a8058", "kind": "TOTP_REMOVED", "state": "WAITING", "createdAt": 1700000000000, "dueAt": 1700000000000, "attempts": 0}]}
// returns: removed, whether there was one; no record without the viewer
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
MATCH (locked:Account {userId: viewer.id})
SET locked.userId = locked.userId
WITH viewer.id AS userId
MATCH (account:Account {userId: userId})
OPTIONAL MATCH (factor:TotpFactor {userId: account.userId})
WHERE factor.confirmedAt IS NOT NULL
WITH account, collect(factor) AS factors
WITH account, factors, size(factors) > 0 AS removed
FOREACH (each IN factors | DELETE each)
FOREACH (each IN CASE WHEN removed THEN $mails ELSE [] END |
  CREATE (mail:Mail)
  SET mail = each, mail.userId = account.userId, mail.toSealed = account.emailSealed)
WITH account, removed
CALL (account) {
  MATCH (code:RecoveryCode {userId: account.userId})
  WHERE NOT @has_second_factor(account)
  DELETE code
}
RETURN removed
