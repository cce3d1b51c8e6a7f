// When those people last read, among all with keys in a range, who have read since a moment
// params: {"first": 0, "end": 65536, "since": 1700000000000}
// returns: rows [key, milliseconds], in any order
// slow: a shard of 65,536 people
MATCH (u:User)
WHERE u.key >= $first AND u.key < $end AND u.lastActiveAt >= $since
RETURN collect([u.key, u.lastActiveAt]) AS rows
