// Write follows of an imported file, and how far they go in it
// params: {"mark": "0", "position": 1, "rows": [[1, [2]]], "since": 1636934400000, "span": 63072000011,
//   "byFollower": 1000003, "byFollowed": 7919}
// returns: written, how many were given
// scans: the few imports that there were
MATCH (i:Import {mark: $mark})
SET i.position = $position, i.stale = true
WITH i
UNWIND $rows AS row
MATCH (follower:User {key: row[0]})
UNWIND row[1] AS key
MATCH (followed:User {key: key})
MERGE (follower)-[f:FOLLOWS]->(followed)
  // Multiples of different keys differ within a prime span, so of one person no two follows have the same moment.
  ON CREATE SET f.at = $since + (follower.key * $byFollower + followed.key * $byFollowed) % $span,
    f.follower = follower.key, f.followed = followed.key
RETURN count(*) AS written
