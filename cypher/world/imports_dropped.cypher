// Note that caches were dropped after what some imports had written, unless they have written more since
// params: {"imports": [["0", 1, 0]]}
// returns: noted, how many they are
// scans: the few imports that there were
UNWIND $imports AS import
MATCH (i:Import {mark: import[0]})
WHERE i.position = import[1] AND i.posts = import[2]
REMOVE i.stale
RETURN count(i) AS noted
