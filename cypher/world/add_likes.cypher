// Write likes
// params: {"rows": [[1, "018bcfe5-6800-7000-8000-000000000002", 1700000000000]]}
// returns: written, how many were given
// scans: each product is of one node and one node, both by their keys
UNWIND $rows AS row
MATCH (u:User {key: row[0]})
MATCH (p:Post {id: row[1]})
MERGE (u)-[l:LIKED]->(p)
  ON CREATE SET l.at = row[2], l.owner = u.key, l.post = p.id
WITH p, count(*) AS given
SET p.likeRank = CASE WHEN p.replyToId IS NULL THEN null ELSE @like_rank(p) END
RETURN sum(given) AS written
