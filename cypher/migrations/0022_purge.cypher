// Deleted posts that wait to be purged, found without looking at others; a tombstone of one that was purged waits no more.
CREATE INDEX post_awaits_purge IF NOT EXISTS FOR (p:Post) ON (p.awaitsPurgeSince);
MATCH (p:Post)
WHERE p.deletedAt IS NOT NULL AND p.awaitsPurgeSince IS NULL AND p.purgedAt IS NULL
CALL (p) {
  SET p.awaitsPurgeSince = p.deletedAt
} IN TRANSACTIONS OF 1000 ROWS;
