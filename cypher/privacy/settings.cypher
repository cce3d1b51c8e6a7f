// What a person has chosen for their privacy
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057"}
// returns: row [columns of PrivacyRow], no record where the account is gone or not in use
MATCH (u:User {id: $id})
WHERE @user_active(u)
RETURN @privacy_columns(u) AS row
