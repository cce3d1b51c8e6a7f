// A post that everybody who sees it may reply to
// fragment: post
coalesce(post.replies, 'EVERYONE') = 'EVERYONE'
