// Posts that were deleted long ago and are not purged yet, the longest first
// params: {"before": 1700000000000, "most": 50}
// returns: ids
MATCH (p:Post)
WHERE p.awaitsPurgeSince < $before
WITH p
ORDER BY p.awaitsPurgeSince
LIMIT $most
RETURN collect(p.id) AS ids
