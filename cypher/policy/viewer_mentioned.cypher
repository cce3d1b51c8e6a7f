// The post mentions the viewer: who is answered counts as mentioned
// fragment: viewer, post
coalesce(viewer.id IN post.mentionIds, false)
