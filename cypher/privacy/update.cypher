// Change what a person has chosen for their privacy; only the properties given are touched
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057", "changes": {"private": true}}
// returns: row [key, whether they went public, [columns of PrivacyRow]]; no record where the account is gone or not in use
MATCH (u:User {id: $id})
WHERE @user_active(u)
// The lock first, so that of two changes at once each sees what the other left.
SET u.id = u.id
WITH u
MATCH (before:User {id: $id})
WITH before AS u, before.private AS wasPrivate
SET u += $changes
WITH u, wasPrivate
RETURN [u.key, wasPrivate AND NOT u.private, @privacy_columns(u)] AS row
