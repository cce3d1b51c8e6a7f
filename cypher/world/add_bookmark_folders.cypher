// Make folders of bookmarks
// params: {"rows": [[1, "018bcfe5-6800-7000-8000-000000000002", "Recipes", "recipes", 1700000000000]]}
// returns: written, how many were given
UNWIND $rows AS row
MATCH (u:User {key: row[0]})
MERGE (folder:BookmarkFolder {id: row[1]})
  ON CREATE SET folder.ownerId = u.id, folder.name = row[2], folder.nameKey = row[3], folder.createdAt = row[4]
MERGE (u)-[:HAS_FOLDER]->(folder)
RETURN count(*) AS written
