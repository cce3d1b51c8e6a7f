// Purge deleted posts: with what they said before, and pictures that nothing else shows. Of one that is answered a tombstone stays,
// without a word, so that what is above and below it is still a conversation; it goes with the last answer
// params: {"ids": ["01890a5d-ac96-774b-bcce-b302099a8058"], "at": 1700000000000}
// returns: row [rows [id, author's id, author's key] of posts that were purged, rows [id, owner's id] of pictures that are gone]
// slow: dozens of posts
UNWIND $ids AS id
MATCH (found:Post {id: id})
// The lock first: a reply that is deleted or shown to others meanwhile moves its edge before this or after it.
SET found.id = found.id
WITH id
MATCH (p:Post {id: id})
WHERE NOT @post_live(p) AND p.awaitsPurgeSince IS NOT NULL
CALL (p) {
  MATCH (p)-[:HAD_VERSION]->(version:PostVersion)
  DETACH DELETE version
}
CALL (p) {
  MATCH (p)-[has:HAS_MEDIA]->(picture:Media)
  // One that is attached elsewhere at this moment is locked by that, and shown there.
  SET picture.id = picture.id
  DELETE has
  WITH DISTINCT picture
  OPTIONAL MATCH (owner:User {id: picture.ownerId})
  // Theirs, too: who makes it their avatar at this moment does so before it is looked at, or finds it gone.
  SET owner.id = owner.id
  WITH picture, owner
  WITH picture, [picture.id, picture.ownerId] AS row, coalesce(picture.id IN [owner.avatarId, owner.coverId], false) AS worn
  WHERE NOT worn AND NOT EXISTS { (picture)<-[:HAS_MEDIA]-(:Post) }
  DETACH DELETE picture
  RETURN collect(row) AS pictures
}
WITH p, pictures, [p.id, p.authorId, p.authorKey] AS row,
     EXISTS { (p)<-[:REPLIES_TO|RESTRICTED_REPLY|HIDDEN_REPLY|DELETED_REPLY]-() } AS answered
CALL (p, answered) {
  WITH p, answered
  WHERE answered
  SET p = {id: p.id, authorId: p.authorId, authorKey: p.authorKey, text: '', audience: p.audience, delivery: p.delivery,
           home: p.home, replyToId: p.replyToId, rootId: p.rootId, mediaIds: [], mentionNames: [], mentionIds: [],
           createdAt: p.createdAt, deletedAt: p.deletedAt, purgedAt: $at}
}
CALL (p, answered) {
  WITH p
  WHERE NOT answered
  OPTIONAL MATCH (p)-[:REPLIES_TO|RESTRICTED_REPLY|HIDDEN_REPLY|DELETED_REPLY]->(above:Post)
  DETACH DELETE p
  WITH above
  WHERE above.purgedAt IS NOT NULL AND NOT EXISTS { (above)<-[:REPLIES_TO|RESTRICTED_REPLY|HIDDEN_REPLY|DELETED_REPLY]-() }
  // It was kept for this answer alone: it is looked at again.
  SET above.awaitsPurgeSince = above.deletedAt
}
WITH collect(row) AS rows, collect(pictures) AS held
RETURN [rows, reduce(all = [], some IN held | all + some)] AS row
