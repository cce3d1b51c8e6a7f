// The columns of a picture, in the order of PictureRow
// fragment: picture
[picture.id, picture.ownerId, picture.state, picture.contentType, picture.bytes, picture.alt, picture.width,
 picture.height, picture.blurhash, picture.refusal, picture.createdAt,
 COLLECT {
   // Posts on a page bring their pictures themselves; this is for a picture alone, and the newest posts will do.
   MATCH (holder:Post)-[:HAS_MEDIA]->(picture)
   WHERE @post_live(holder)
   RETURN holder.id ORDER BY holder.id DESC LIMIT 100
 }]
