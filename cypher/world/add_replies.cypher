// Tie replies to what they answer; both ends exist
// params: {"rows": [["018bcfe5-6800-7000-8000-000000000003", "018bcfe5-6800-7000-8000-000000000002"]]}
// returns: written, how many were given
// scans: each product is of one node and one node, both by their keys
UNWIND $rows AS row
MATCH (reply:Post {id: row[0]})
MATCH (parent:Post {id: row[1]})
WITH reply, parent, @reply_edge(reply) AS type
FOREACH (_ IN CASE WHEN type = 'REPLIES_TO' THEN [1] ELSE [] END | MERGE (reply)-[:REPLIES_TO]->(parent))
FOREACH (_ IN CASE WHEN type = 'RESTRICTED_REPLY' THEN [1] ELSE [] END | MERGE (reply)-[:RESTRICTED_REPLY]->(parent))
FOREACH (_ IN CASE WHEN type = 'HIDDEN_REPLY' THEN [1] ELSE [] END | MERGE (reply)-[:HIDDEN_REPLY]->(parent))
RETURN count(*) AS written
