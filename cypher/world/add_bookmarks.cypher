// Write bookmarks, some of them in a folder
// params: {"rows": [[1, "018bcfe5-6800-7000-8000-000000000002", 1700000000000, "018bcfe5-6800-7000-8000-000000000003"]]}
// returns: written, how many were given
// scans: each product is of one node and one node, both by their keys
UNWIND $rows AS row
MATCH (u:User {key: row[0]})
MATCH (p:Post {id: row[1]})
MERGE (u)-[b:BOOKMARKED]->(p)
  ON CREATE SET b.at = row[2], b.owner = u.key, b.post = p.id
WITH u, p, b, row
OPTIONAL MATCH (folder:BookmarkFolder {id: row[3]})
FOREACH (into IN CASE WHEN folder IS NULL THEN [] ELSE [folder] END |
  MERGE (into)-[h:HOLDS]->(p)
    ON CREATE SET h.owner = u.key, h.folder = into.id, h.at = b.at, h.post = p.id)
RETURN count(*) AS written
