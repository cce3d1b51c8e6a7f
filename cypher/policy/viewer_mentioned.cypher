// The post mentions the viewer
// fragment: viewer, post
coalesce(viewer.id IN post.mentionIds, false)
