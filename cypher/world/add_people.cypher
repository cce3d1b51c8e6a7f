// Make those of these people that do not exist yet, and count their keys on
// params: {"people": [{"id": "018bcfe5-6800-7000-8000-000000000001", "username": "u1", "usernameKey": "u1",
//   "displayName": "Ines Duarte", "bio": "", "private": false, "discoverable": true, "state": "ACTIVE",
//   "createdAt": 1700000000000}]}
// returns: row [the last key before, the key of each person in order, null for one that was made now]
MERGE (s:Sequence {name: 'userKey'}) ON CREATE SET s.value = 0
SET s.value = s.value
WITH s, s.value AS last
CALL () {
  UNWIND $people AS person
  OPTIONAL MATCH (known:User {usernameKey: person.usernameKey})
  WITH collect([known.key, person]) AS pairs
  RETURN [pair IN pairs | pair[0]] AS keys, [pair IN pairs WHERE pair[0] IS NULL | pair[1]] AS missing
}
FOREACH (i IN range(0, size(missing) - 1) |
  CREATE (made:User) SET made = missing[i], made.key = last + i + 1)
SET s.value = last + size(missing)
RETURN [last, keys] AS row
