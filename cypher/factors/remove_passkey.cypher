// Remove a passkey of the viewer; recovery codes go with the last factor
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "id": "01890a5d-ac96-774b-bcce-b302099a8058",
//          "mails": [{"id": "01890a5d-ac96-774b-bcce-b302099a8058", "kind": "PASSKEY_REMOVED", "state": "WAITING", "createdAt": 1700000000000, "dueAt": 1700000000000, "attempts": 0}]}
// returns: removed, whether there was such a one of theirs; no record without the viewer
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
MATCH (locked:Account {userId: viewer.id})
SET locked.userId = locked.userId
WITH viewer.id AS userId
MATCH (account:Account {userId: userId})
OPTIONAL MATCH (passkey:Passkey {id: $id})
WHERE passkey.userId = account.userId
WITH account, collect(passkey) AS passkeys
WITH account, passkeys, size(passkeys) > 0 AS removed
FOREACH (each IN passkeys | DELETE each)
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
