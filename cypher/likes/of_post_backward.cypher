// A page of those who like a post, from the oldest like on: a seek in the relationship index, at the same cost at any depth
// params: {"post": "01890a5d-ac96-774b-bcce-b302099a8057", "at": -1, "other": -1, "limit": 21}
// returns: rows [at, key, id], oldest first, ties by key
MATCH (liker)-[l:LIKED]->()
// A seek, and no disjunction: with poor statistics the planner scans, or joins two searches.
USING INDEX SEEK l:LIKED(post, at)
WHERE l.post = $post AND l.at >= $at AND CASE WHEN l.at = $at THEN l.owner > $other ELSE true END
// Who of them is shown is decided by the lookups, from cached rows, not here.
WITH l, liker
ORDER BY l.post, l.at, l.owner
LIMIT $limit
RETURN collect([l.at, l.owner, liker.id]) AS rows
