// Edges that anybody may count are those of posts for everybody; those of other posts get names of their own.
MATCH (p:Post)
WHERE p.audience <> 'PUBLIC'
CALL (p) {
  MATCH (author)-[old:POSTED]->(p)
  DELETE old
  CREATE (author)-[:POSTED_RESTRICTED]->(p)
} IN TRANSACTIONS OF 1000 ROWS;
MATCH (p:Post)
WHERE p.audience <> 'PUBLIC'
CALL (p) {
  MATCH (p)-[old:REPLIES_TO]->(parent)
  DELETE old
  CREATE (p)-[:RESTRICTED_REPLY]->(parent)
} IN TRANSACTIONS OF 1000 ROWS;
