// A post for those whom it mentions
// fragment: post
post.audience = 'MENTIONED'
