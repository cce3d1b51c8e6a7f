// A post that followers may reply to
// fragment: post
coalesce(post.replies, 'EVERYONE') = 'FOLLOWERS'
