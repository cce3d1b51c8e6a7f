// The columns of a picture, in the order of MediaRow
// fragment: media
[media.id, media.ownerId, media.state, media.contentType, media.bytes, media.alt, media.width,
 media.height, media.blurhash, media.refusal, media.createdAt,
 COLLECT {
   // Posts on a page bring their pictures themselves; this is for a media alone, and the newest posts will do.
   MATCH (holder:Post)-[:HAS_MEDIA]->(media)
   WHERE @post_live(holder)
   RETURN holder.id ORDER BY holder.id DESC LIMIT 100
 }]
