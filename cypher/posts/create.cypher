// Write a post with its edges: author, parent, mentions, hashtags and pictures
// params: {"author": "01890a5d-ac96-774b-bcce-b302099a8057", "post": {"id": "01890a5d-ac96-774b-bcce-b302099a8058", "text": "hello", "mentionNames": [], "mentionIds": [], "mediaIds": [], "createdAt": 1700000000000}, "replyTo": null, "mentions": ["01890a5d-ac96-774b-bcce-b302099a8059"], "hashtags": ["birds"], "media": ["01890a5d-ac96-774b-bcce-b302099a8060"]}
// returns: row [columns of PostRow]; no record where the author or the parent is gone
MATCH (author:User {id: $author})
WHERE @person_active(author)
OPTIONAL MATCH (parent:Post {id: $replyTo})
WHERE @post_live(parent)
WITH author, parent
WHERE $replyTo IS NULL OR parent IS NOT NULL
CREATE (author)-[:POSTED]->(p:Post)
SET p = $post,
    p.authorKey = author.key,
    p.rootId = coalesce(parent.rootId, parent.id),
    p.home = parent IS NULL OR parent.authorId = author.id
FOREACH (_ IN CASE WHEN p.home THEN [1] ELSE [] END | SET p:HomePost)
FOREACH (to IN CASE WHEN parent IS NULL THEN [] ELSE [parent] END | CREATE (p)-[:REPLIES_TO]->(to))
FOREACH (name IN $hashtags | MERGE (tag:Hashtag {name: name}) CREATE (p)-[:TAGGED]->(tag))
WITH p
CALL (p) {
  UNWIND $mentions AS mentioned
  MATCH (person:User {id: mentioned})
  CREATE (p)-[:MENTIONS]->(person)
}
CALL (p) {
  UNWIND range(0, size($media) - 1) AS position
  MATCH (picture:Media {id: $media[position]})
  CREATE (p)-[:HAS_MEDIA {position: position}]->(picture)
}
RETURN @post_columns(p) AS row
