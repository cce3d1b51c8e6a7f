// Whose an identity of a provider is, and whose the e-mail address that the provider gives
// params: {"issuer": "https://id.example.org", "subject": "248289761001", "emailHashes": ["0f"]}
// returns: found [[columns of UserRow] or null, [columns of UserRow] or null, whether that address is verified here,
//          since when it is linked, null where it is not or has logged in since]
OPTIONAL MATCH (identity:ProviderIdentity {issuer: $issuer, subject: $subject})
OPTIONAL MATCH (linked:User {id: identity.userId})
OPTIONAL MATCH (account:Account)
WHERE account.emailHash IN $emailHashes
WITH linked, CASE WHEN identity.lastUsedAt IS NULL THEN identity.createdAt END AS unusedSince, account
ORDER BY account.userId
LIMIT 1
OPTIONAL MATCH (owner:User {id: account.userId})
RETURN [CASE WHEN linked IS NOT NULL THEN @user_columns(linked) END, CASE WHEN owner IS NOT NULL THEN @user_columns(owner) END,
        account.emailVerifiedAt IS NOT NULL, unusedSince] AS found
