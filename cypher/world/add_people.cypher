// Make those of these people that do not exist yet, and count the keys on
// params: {"people": [{"id": "018bcfe5-6800-7000-8000-000000000001", "username": "u1", "usernameKey": "u1",
//   "displayName": "Ines Duarte", "bio": "", "private": false, "discoverable": true, "state": "ACTIVE",
//   "createdAt": 1700000000000}]}
// returns: row [last key before, for each person in order [key, id] as found, nulls for one that was made now]
// scans: the product is of one counter and one list
MERGE (s:Sequence {name: 'userKey'}) ON CREATE SET s.value = 0
// Writing locks the counter until the end, before its value is read.
SET s.counting = true
WITH s, s.value AS last
CALL () {
  UNWIND $people AS person
  OPTIONAL MATCH (known:User {usernameKey: person.usernameKey})
  WITH collect([known.key, known.id, person]) AS found
  RETURN [f IN found | [f[0], f[1]]] AS known, [f IN found WHERE f[0] IS NULL | f[2]] AS missing
}
FOREACH (i IN range(0, size(missing) - 1) |
  CREATE (made:User) SET made = missing[i], made.key = last + i + 1)
SET s.value = last + size(missing)
REMOVE s.counting
RETURN [last, known] AS row
