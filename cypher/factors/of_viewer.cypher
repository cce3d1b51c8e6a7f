// What somebody sees of their own second factors
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057"}
// returns: found, [since when they have an authenticator app or null, how many recovery codes are left, [columns of Passkey], oldest first]
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
OPTIONAL MATCH (totp:TotpFactor {userId: viewer.id})
RETURN [totp.confirmedAt,
        COUNT { MATCH (code:RecoveryCode {userId: viewer.id}) WHERE code.usedAt IS NULL },
        COLLECT { MATCH (passkey:Passkey {userId: viewer.id}) RETURN @passkey_columns(passkey) ORDER BY passkey.id }] AS found
