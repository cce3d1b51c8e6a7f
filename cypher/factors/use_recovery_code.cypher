// Use a recovery code, which is good once, unless the same log-in comes again with it; a mail tells of it
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8058", "usedFor": "01890a5d-ac96-774b-bcce-b302099a8059", "at": 1700000000000,
//          "mails": [{"id": "01890a5d-ac96-774b-bcce-b302099a8058", "kind": "RECOVERY_CODE_USED", "state": "WAITING", "createdAt": 1700000000000, "dueAt": 1700000000000, "attempts": 0}]}
// returns: isNew, whether it was not used before; no record where it is gone, or was used for something else
MATCH (found:RecoveryCode {id: $id})
SET found.id = found.id
WITH found.id AS id
MATCH (code:RecoveryCode {id: id})
WHERE code.usedAt IS NULL OR code.usedFor = $usedFor
MATCH (account:Account {userId: code.userId})
WITH code, account, code.usedAt IS NULL AS isNew
FOREACH (_ IN CASE WHEN isNew THEN [1] ELSE [] END |
  SET code.usedAt = $at, code.usedFor = $usedFor
  FOREACH (each IN $mails |
    CREATE (mail:Mail)
    SET mail = each, mail.userId = account.userId, mail.toSealed = account.emailSealed))
RETURN isNew
