// Write posts, each once; the last column has what not every post has, and may be absent
// params: {"rows": [["018bcfe5-6800-7000-8000-000000000002", 1, "Hello", "en", "PUBLIC", true, null, null, [], [],
//   1700000000000, {"warning": "Food"}]]}
// returns: written, how many were given
UNWIND $rows AS row
// Not read from the post: what one clause sets, its later parts may read as it was before.
WITH row, {lang: row[3]} AS said
MATCH (author:User {key: row[1]})
MERGE (p:Post {id: row[0]})
  ON CREATE SET p.authorId = author.id, p.authorKey = author.key, p.text = row[2], p.lang = row[3], p.audience = row[4],
    p.delivery = 'PUSH', p.home = row[5], p.replyToId = row[6], p.rootId = row[7], p.mediaIds = [],
    p.mentionNames = row[8], p.mentionIds = row[9], p.createdAt = row[10],
    p.quoteOfId = row[11].quoteOfId, p.quoteDetachedAt = row[11].quoteDetachedAt, p.replyHiddenAt = row[11].replyHiddenAt,
    p.editedAt = row[11].editedAt, p.warning = row[11].warning, p.sensitive = row[11].sensitive,
    p.views = row[11].views, p.viewers = row[11].viewers, p.viewSketch = row[11].viewSketch,
    p.language = @language_of(said)
FOREACH (_ IN CASE WHEN p.home AND p.deletedAt IS NULL THEN [1] ELSE [] END | SET p:HomePost)
FOREACH (_ IN CASE WHEN @post_live(p) AND @audience_public(p) THEN [1] ELSE [] END | MERGE (author)-[:POSTED]->(p))
FOREACH (_ IN CASE WHEN @post_live(p) AND NOT @audience_public(p) THEN [1] ELSE [] END |
  MERGE (author)-[:POSTED_RESTRICTED]->(p))
RETURN count(*) AS written
