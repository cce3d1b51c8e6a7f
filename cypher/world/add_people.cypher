// Make those of these people that do not exist yet, and count the keys on; who had one of these usernames before is who is meant
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
  OPTIONAL MATCH (named:User {usernameKey: person.usernameKey})
  OPTIONAL MATCH (former:FormerUsername {usernameKey: person.usernameKey})
  OPTIONAL MATCH (renamed:User {id: former.userId})
  WITH person, coalesce(named, renamed) AS known
  WITH collect([known.key, known.id, person]) AS found
  RETURN [f IN found | [f[0], f[1]]] AS known, [f IN found WHERE f[0] IS NULL | f[2]] AS missing
}
FOREACH (i IN range(0, size(missing) - 1) |
  FOREACH (person IN [missing[i]] |
    CREATE (made:User)
    SET made = person, made.key = last + i + 1,
        made.verifiedSkeleton = CASE WHEN person.verifiedAt IS NOT NULL THEN @username_skeleton(person) END))
SET s.value = last + size(missing)
REMOVE s.counting
RETURN [last, known] AS row
