// Note when an identity of a provider was last used to log in
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057", "issuer": "https://id.example.org", "subject": "248289761001", "at": 1700000000000}
// returns: userId; no record where it is linked no more, or the account is not in use
MATCH (identity:ProviderIdentity {issuer: $issuer, subject: $subject})
WHERE identity.userId = $id
MATCH (user:User {id: identity.userId})
WHERE @user_active(user)
SET identity.lastUsedAt = $at
RETURN user.id AS userId
