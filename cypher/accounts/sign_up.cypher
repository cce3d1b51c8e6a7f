// Somebody joins: the next key, the person and their account
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057", "username": "Ana", "usernameKey": "ana", "displayName": "Ana",
//          "at": 1700000000000, "emailHash": "0f", "emailSealed": "e30.e30", "passwordHash": "$argon2id$"}
// returns: person, columns of UserRow
MERGE (s:Sequence {name: 'userKey'})
ON CREATE SET s.value = 0
SET s.value = s.value + 1
WITH s.value AS key
CREATE (u:User {
  id: $id, key: key, username: $username, usernameKey: $usernameKey, displayName: $displayName, bio: '',
  private: false, discoverable: true, state: 'ACTIVE', createdAt: $at, lastActiveAt: $at
})
CREATE (:Account {userId: $id, emailHash: $emailHash, emailSealed: $emailSealed, passwordHash: $passwordHash})
RETURN @user_columns(u) AS user
