// Replace somebody's recovery codes, if they have a factor that these stand in for
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "at": 1700000000000,
//          "codes": [["01890a5d-ac96-774b-bcce-b302099a8059", "e30.e30"]],
//          "mails": [{"id": "01890a5d-ac96-774b-bcce-b302099a8058", "kind": "RECOVERY_CODES_RENEWED", "state": "WAITING", "createdAt": 1700000000000, "dueAt": 1700000000000, "attempts": 0}]}
// returns: renewed, whether they have one; no record without the viewer
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
MATCH (locked:Account {userId: viewer.id})
SET locked.userId = locked.userId
WITH viewer.id AS userId
MATCH (account:Account {userId: userId})
WITH account, @has_second_factor(account) AS renewed
CALL (account, renewed) {
  MATCH (old:RecoveryCode {userId: account.userId})
  WHERE renewed
  DELETE old
}
FOREACH (_ IN CASE WHEN renewed THEN [1] ELSE [] END |
  FOREACH (each IN $codes |
    CREATE (:RecoveryCode {id: each[0], userId: account.userId, digestSealed: each[1], createdAt: $at}))
  FOREACH (each IN $mails |
    CREATE (mail:Mail)
    SET mail = each, mail.userId = account.userId, mail.toSealed = account.emailSealed))
RETURN renewed
