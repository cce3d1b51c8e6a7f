// Tie posts to the people they mention
// params: {"rows": [["018bcfe5-6800-7000-8000-000000000002", 1]]}
// returns: written, how many were given
// scans: each product is of one node and one node, both by their keys
UNWIND $rows AS row
MATCH (p:Post {id: row[0]})
MATCH (named:User {key: row[1]})
MERGE (p)-[:MENTIONS]->(named)
RETURN count(*) AS written
