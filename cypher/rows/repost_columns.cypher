// The columns of a repost, in the order of RepostRow
// fragment: repost
[repost.id, repost.authorId, repost.postId, repost.createdAt]
