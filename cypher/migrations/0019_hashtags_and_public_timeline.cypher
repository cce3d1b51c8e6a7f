// Pages of the posts with a hashtag, in any language or in one: sought and ordered by the relationship alone. A deleted post has none of it.
CREATE INDEX tagged_tag IF NOT EXISTS FOR ()-[t:TAGGED]-() ON (t.tag, t.post);
CREATE INDEX tagged_lang IF NOT EXISTS FOR ()-[t:TAGGED]-() ON (t.tag, t.lang, t.post);
// Hashtags that somebody follows.
CREATE INDEX follows_hashtag_owner IF NOT EXISTS FOR ()-[f:FOLLOWS_HASHTAG]-() ON (f.owner, f.at);
// The public timeline, in any language or in one.
CREATE INDEX home_post_audience IF NOT EXISTS FOR (p:HomePost) ON (p.audience, p.id);
CREATE INDEX home_post_language IF NOT EXISTS FOR (p:HomePost) ON (p.audience, p.language, p.id);
MATCH (p:HomePost)
CALL (p) {
  SET p.language = toLower(split(coalesce(p.lang, ''), '-')[0])
} IN TRANSACTIONS OF 1000 ROWS;
MATCH (p:Post)-[t:TAGGED]->(h:Hashtag)
WHERE p.deletedAt IS NULL
CALL (p, t, h) {
  SET t.tag = h.name, t.post = p.id, t.lang = toLower(split(coalesce(p.lang, ''), '-')[0])
} IN TRANSACTIONS OF 1000 ROWS;
