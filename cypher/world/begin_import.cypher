// Find the mark of an import, or set it; what is cached is stale from now on
// params: {"mark": "0", "name": "edges.txt", "now": 1700000000000}
// returns: row [now, position, posts]
// scans: the few imports that there were
MERGE (i:Import {mark: $mark})
  ON CREATE SET i.name = $name, i.now = $now, i.position = 0, i.posts = 0
SET i.stale = true
RETURN [i.now, i.position, i.posts] AS row
