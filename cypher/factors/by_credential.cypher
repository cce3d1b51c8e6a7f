// A passkey by what its device calls it, and whose it is
// params: {"credentialId": "AAAA"}
// returns: found, [columns of UserRow, id, public key]
MATCH (passkey:Passkey {credentialId: $credentialId})
MATCH (u:User {id: passkey.userId})
RETURN [@user_columns(u), passkey.id, passkey.publicKey] AS found
