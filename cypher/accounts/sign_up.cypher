// Somebody joins: the next key, the person and their account, the first of its history, with who they are to a provider if they log in
// by one, and a mail that verifies their address, where mail is sent. Not by a name that is still somebody else's of before, or that
// looks like that of somebody verified
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057", "username": "Ana", "usernameKey": "ana", "skeleton": "ana", "displayName": "Ana",
//          "at": 1700000000000, "emailHashes": ["0f"], "emailSealed": "e30.e30", "emailVerifiedAt": null,
//          "passwordHash": "$argon2id$", "language": "EN",
//          "identities": [{"issuer": "https://id.example.org", "subject": "248289761001", "provider": "example", "createdAt": 1700000000000}],
//          "signIn": {"id": "01890a5d-ac96-774b-bcce-b302099a8059", "firstAt": 1700000000000, "lastAt": 1700000000000, "method": "SIGN_UP", "failed": false, "count": 1, "device": "Firefox on Linux", "network": "192.0.2.0/24"},
//          "links": [{"id": "01890a5d-ac96-774b-bcce-b302099a8058", "tokenHash": "0f", "purpose": "VERIFY", "createdAt": 1700000000000, "expiresAt": 1700086400000}],
//          "mails": [{"id": "01890a5d-ac96-774b-bcce-b302099a8058", "kind": "VERIFY_EMAIL", "state": "WAITING", "createdAt": 1700000000000, "dueAt": 1700000000000, "attempts": 0}]}
// returns: person, columns of UserRow; no record where they cannot have the name
MERGE (held:FormerUsername {usernameKey: $usernameKey})
// Held to the end: whoever takes this name or gives it up does so before or after.
SET held.heldAt = $at
WITH held.usernameKey AS name
MATCH (former:FormerUsername {usernameKey: name})
WITH former, coalesce(former.until > $at, false) AS isTaken, former.userId IS NULL AS isNew
FOREACH (one IN CASE WHEN isNew THEN [former] ELSE [] END | DELETE one)
WITH isTaken
WHERE NOT isTaken AND NOT EXISTS { MATCH (known:User {verifiedSkeleton: $skeleton}) }
MERGE (s:Sequence {name: 'userKey'})
ON CREATE SET s.value = 0
SET s.value = s.value + 1
WITH s.value AS key
CREATE (u:User {
  id: $id, key: key, username: $username, usernameKey: $usernameKey, displayName: $displayName, bio: '',
  private: false, discoverable: true, state: 'ACTIVE', createdAt: $at, lastActiveAt: $at
})
CREATE (:Account {
  userId: $id, emailHash: $emailHashes[0], emailSealed: $emailSealed, emailVerifiedAt: $emailVerifiedAt, passwordHash: $passwordHash,
  language: $language
})
// Nobody has the address by an earlier secret either, nor gets it before this is committed: the constraint refuses the second.
FOREACH (hash IN $emailHashes[1..] | CREATE (probe:Account {emailHash: hash}) DELETE probe)
CREATE (joined:SignIn)
SET joined = $signIn, joined.userId = $id, joined.isNew = false
FOREACH (each IN $identities |
  CREATE (identity:ProviderIdentity)
  SET identity = each, identity.userId = $id)
FOREACH (each IN $links |
  CREATE (link:EmailLink)
  SET link = each, link.userId = $id, link.emailSealed = $emailSealed)
FOREACH (each IN $mails |
  CREATE (mail:Mail)
  SET mail = each, mail.userId = $id, mail.toSealed = $emailSealed)
RETURN @user_columns(u) AS user
