// Write follows of hashtags
// params: {"rows": [[1, "birds", 1700000000000]]}
// returns: written, how many were given
UNWIND $rows AS row
MATCH (u:User {key: row[0]})
MERGE (h:Hashtag {name: row[1]})
MERGE (u)-[f:FOLLOWS_HASHTAG]->(h)
  ON CREATE SET f.at = row[2], f.owner = u.key, f.tag = h.name
RETURN count(*) AS written
