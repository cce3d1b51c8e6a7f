// Write what posts said before they were edited: with the mentions and the audience that they have now
// params: {"rows": [["018bcfe5-6800-7000-8000-000000000002", "helo", null, 1700000000000, 1700000060000]]}
// returns: written, how many were given
UNWIND $rows AS row
MATCH (p:Post {id: row[0]})
MERGE (p)-[:HAD_VERSION]->(v:PostVersion {writtenAt: row[3]})
  ON CREATE SET v.text = row[1], v.lang = p.lang, v.warning = row[2], v.sensitive = p.sensitive, v.mentionNames = p.mentionNames,
    v.mentionIds = p.mentionIds, v.audiences = [p.audience], v.replacedAt = row[4]
RETURN count(*) AS written
