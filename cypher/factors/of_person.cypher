// By what somebody can prove who they are
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057"}
// returns: found, [columns of UserRow, since when devices are known, whether they have a password, [id, sealed secret] of their app or
//          null, [id, sealed digest, whether it was used] of each recovery code, [credential id, transports] of each passkey]
MATCH (u:User {id: $id})
OPTIONAL MATCH (account:Account {userId: u.id})
OPTIONAL MATCH (totp:TotpFactor {userId: u.id})
WITH u, account, totp
RETURN [@user_columns(u), coalesce(account.devicesSince, 0), account.passwordHash IS NOT NULL,
        CASE WHEN totp.confirmedAt IS NOT NULL THEN [totp.id, totp.secretSealed] END,
        COLLECT { MATCH (code:RecoveryCode {userId: u.id}) RETURN [code.id, code.digestSealed, code.usedAt IS NOT NULL] },
        COLLECT { MATCH (key:Passkey {userId: u.id}) RETURN [key.credentialId, key.transports] ORDER BY key.id }] AS found
