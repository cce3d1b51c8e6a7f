// Tie quotes to what they quote; both ends exist
// params: {"rows": [["018bcfe5-6800-7000-8000-000000000003", "018bcfe5-6800-7000-8000-000000000002"]]}
// returns: written, how many were given
// scans: each product is of one node and one node, both by their keys
UNWIND $rows AS row
MATCH (quote:Post {id: row[0]})
MATCH (quoted:Post {id: row[1]})
WITH quote, quoted, quote.quoteDetachedAt IS NULL AS attached, @audience_public(quote) AS isPublic
FOREACH (_ IN CASE WHEN attached AND isPublic THEN [1] ELSE [] END | MERGE (quote)-[:QUOTES]->(quoted))
FOREACH (_ IN CASE WHEN attached AND NOT isPublic THEN [1] ELSE [] END | MERGE (quote)-[:RESTRICTED_QUOTE]->(quoted))
FOREACH (_ IN CASE WHEN attached THEN [] ELSE [1] END | MERGE (quote)-[:DETACHED_QUOTE]->(quoted))
RETURN count(*) AS written
