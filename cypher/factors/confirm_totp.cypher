// Let the app that somebody set up count, by a code of it, which is used by that; recovery codes come with a first factor
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "id": "01890a5d-ac96-774b-bcce-b302099a8058", "counter": 56666666,
//          "isProved": false, "at": 1700000000000,
//          "codes": [["01890a5d-ac96-774b-bcce-b302099a8059", "e30.e30"]],
//          "mails": [{"id": "01890a5d-ac96-774b-bcce-b302099a8058", "kind": "TOTP_ADDED", "state": "WAITING", "createdAt": 1700000000000, "dueAt": 1700000000000, "attempts": 0}]}
// returns: row [whether a factor must be proved first, whether the recovery codes are these]; no record without the viewer, or where
//          this app is not waiting to be confirmed any more
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
MATCH (locked:Account {userId: viewer.id})
SET locked.userId = locked.userId
WITH viewer.id AS userId
MATCH (account:Account {userId: userId})
MATCH (factor:TotpFactor {id: $id})
WHERE factor.userId = account.userId AND factor.confirmedAt IS NULL
WITH account, factor, @has_second_factor(account) AND NOT $isProved AS isUnproved,
     NOT EXISTS { MATCH (:RecoveryCode {userId: account.userId}) } AS isFirst
FOREACH (_ IN CASE WHEN isUnproved THEN [] ELSE [1] END |
  SET factor.confirmedAt = $at, factor.lastCounter = $counter
  FOREACH (each IN CASE WHEN isFirst THEN $codes ELSE [] END |
    CREATE (:RecoveryCode {id: each[0], userId: account.userId, digestSealed: each[1], createdAt: $at}))
  FOREACH (each IN $mails |
    CREATE (mail:Mail)
    SET mail = each, mail.userId = account.userId, mail.toSealed = account.emailSealed))
RETURN [isUnproved, isFirst] AS row
