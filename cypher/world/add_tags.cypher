// Tie posts to their hashtags
// params: {"rows": [["018bcfe5-6800-7000-8000-000000000002", "bread"]]}
// returns: written, how many were given
UNWIND $rows AS row
MATCH (p:Post {id: row[0]})
MERGE (h:Hashtag {name: row[1]})
MERGE (p)-[tagged:TAGGED]->(h)
  ON CREATE SET tagged = @tagged_columns(p, h)
RETURN count(*) AS written
