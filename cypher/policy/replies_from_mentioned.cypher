// A post that those whom it mentions may reply to
// fragment: post
coalesce(post.replies, 'EVERYONE') = 'MENTIONED'
