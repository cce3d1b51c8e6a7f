// Imports after whose last write caches were not dropped yet
// params: {}
// returns: rows [mark, position, posts]
// scans: the few imports that there were
MATCH (i:Import)
WHERE i.stale
RETURN collect([i.mark, i.position, i.posts]) AS rows
