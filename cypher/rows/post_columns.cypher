// The columns of a post, in the order of PostRow
// fragment: post
[post.id, post.authorId, post.authorKey, post.text, post.lang, post.audience, post.delivery, post.home,
 post.replyToId, post.rootId, post.mediaIds,
 [i IN range(0, size(post.mentionIds) - 1) | [post.mentionNames[i], post.mentionIds[i]]],
 post.createdAt, post.deletedAt, coalesce(post.replies, 'EVERYONE'), post.followersAsOf,
 coalesce(post.quotes, 'EVERYONE'), post.quoteOfId, post.quoteDetachedAt IS NOT NULL, post.replyHiddenAt IS NOT NULL,
 post.editedAt, coalesce(post.warning, ''), coalesce(post.sensitive, false)]
