// A post for followers
// fragment: post
post.audience = 'FOLLOWERS'
