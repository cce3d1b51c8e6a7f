// A post for everybody
// fragment: post
post.audience = 'PUBLIC'
