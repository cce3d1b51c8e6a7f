// Make a token for a program of the viewer, if there is room and they hold the roles that its scopes need; ended ones go
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "id": "01890a5d-ac96-774b-bcce-b302099a8058", "name": "backup",
//          "scopes": ["READ"], "roles": ["ADMINISTRATOR"], "secretHash": "0f", "at": 1700000000000, "expiresAt": 1700086400000,
//          "most": 50}
// returns: row [which of the roles they do not hold, columns of PersonalToken or null where there are too many]; no record
//          without the viewer
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
// This write changes nothing but takes the lock, so that tokens of one person are counted one after the other.
SET viewer.id = viewer.id
WITH viewer
CALL (viewer) {
  MATCH (ended:PersonalToken {userId: viewer.id})
  WHERE ended.expiresAt <= $at
  DELETE ended
}
WITH viewer
OPTIONAL MATCH (account:Account {userId: viewer.id})
WITH viewer, [role IN $roles WHERE NOT role IN coalesce(account.roles, [])] AS missing,
     COUNT { (:PersonalToken {userId: viewer.id}) } < $most AS fits
FOREACH (_ IN CASE WHEN fits AND missing = [] THEN [1] ELSE [] END |
  CREATE (:PersonalToken {id: $id, userId: viewer.id, name: $name, scopes: $scopes, secretHash: $secretHash, createdAt: $at,
                          expiresAt: $expiresAt}))
WITH missing
OPTIONAL MATCH (token:PersonalToken {id: $id})
RETURN [missing, CASE WHEN token IS NOT NULL THEN @personal_token_columns(token) END] AS row
