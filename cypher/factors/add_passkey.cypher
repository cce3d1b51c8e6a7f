// Add a passkey; where somebody has a factor, only by who has just proved it. Recovery codes come with a first factor
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057",
//          "passkey": {"id": "01890a5d-ac96-774b-bcce-b302099a8058", "credentialId": "AAAA", "publicKey": "AAAA", "signCount": 0, "name": "Telephone", "transports": ["internal"], "backedUp": false, "createdAt": 1700000000000},
//          "isProved": false, "at": 1700000000000, "most": 20,
//          "codes": [["01890a5d-ac96-774b-bcce-b302099a8059", "e30.e30"]],
//          "mails": [{"id": "01890a5d-ac96-774b-bcce-b302099a8058", "kind": "PASSKEY_ADDED", "state": "WAITING", "createdAt": 1700000000000, "dueAt": 1700000000000, "attempts": 0}]}
// returns: row [whether a factor must be proved first, whether the recovery codes are these, columns of Passkey or null where there are
//          too many]; no record without the viewer
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
MATCH (locked:Account {userId: viewer.id})
SET locked.userId = locked.userId
WITH viewer.id AS userId
MATCH (account:Account {userId: userId})
WITH account, @has_second_factor(account) AND NOT $isProved AS isUnproved,
     NOT EXISTS { MATCH (:RecoveryCode {userId: account.userId}) } AS isFirst,
     COUNT { (:Passkey {userId: account.userId}) } < $most AS fits
FOREACH (_ IN CASE WHEN isUnproved OR NOT fits THEN [] ELSE [1] END |
  CREATE (passkey:Passkey)
  SET passkey = $passkey, passkey.userId = account.userId
  FOREACH (each IN CASE WHEN isFirst THEN $codes ELSE [] END |
    CREATE (:RecoveryCode {id: each[0], userId: account.userId, digestSealed: each[1], createdAt: $at}))
  FOREACH (each IN $mails |
    CREATE (mail:Mail)
    SET mail = each, mail.userId = account.userId, mail.toSealed = account.emailSealed))
WITH isUnproved, isFirst
OPTIONAL MATCH (made:Passkey {id: $passkey.id})
RETURN [isUnproved, isFirst, CASE WHEN made IS NOT NULL THEN @passkey_columns(made) END] AS row
